//! What speaks for and against two being one, added up. In: findings, one after the other. Out: a score and its reasons.

/// The score of a pair under way.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Weighing {
    /// How sure it is that the two are one; it may pass the ends of 0 and 1.
    pub score: f64,
    /// What was weighed, in words.
    pub reasons: Vec<String>,
}

impl Weighing {
    /// Weighs how alike the names are, 0 to 1. A name alone never makes it sure.
    pub fn name(&mut self, likeness: f64, why: String) {
        self.add(likeness * 0.9, why);
    }

    /// Weighs identifiers: those that are the same, and those that differ, each in words.
    pub fn identifiers(&mut self, same: Vec<String>, different: Vec<String>) {
        if !same.is_empty() {
            self.score = self.score.max(0.9) + 0.08;
        }
        if !different.is_empty() {
            self.score = if same.is_empty() { self.score.min(0.4) } else { self.score - 0.2 };
        }
        self.reasons.extend(same.into_iter().chain(different));
    }

    /// Weighs a telling property of which the two have different values.
    pub fn other(&mut self, property: &str) {
        self.add(-0.2, format!("other {property}"));
    }

    /// Adds to the score.
    pub fn add(&mut self, points: f64, why: String) {
        self.score += points;
        self.reasons.push(why);
    }

    /// Returns the score, 0 to 1, with three decimals.
    pub fn rounded(&self) -> f64 {
        (self.score.clamp(0.0, 1.0) * 1000.0).round() / 1000.0
    }
}
