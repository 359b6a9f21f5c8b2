//! How things look. In: `data/style.toml`, and a case's own entries over it. Out: a [`Style`]. Not here: what is drawn.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Error;
use crate::graph::Status;
use crate::overlay;
use crate::vocab::in_words;

const BUILT_IN: &str = include_str!("../../data/style.toml");

/// Shapes, colours and lines of all drawings.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Style {
    pub(super) page: Page,
    class: BTreeMap<String, ClassStyle>,
    status: BTreeMap<String, Line>,
    stance: BTreeMap<String, Line>,
    between: BTreeMap<String, Line>,
    pub(super) possible: Line,
    change: BTreeMap<String, Line>,
    ribbon: BTreeMap<String, RibbonStyle>,
    pub(super) scale: ScaleStyle,
}

/// Fonts and colours of the whole page.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Page {
    pub(super) font: String,
    pub(super) text: String,
    pub(super) quiet: String,
    pub(super) background: String,
    pub(super) group: String,
    pub(super) group_border: String,
}

/// Look of the entities of one class.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ClassStyle {
    pub(super) label: String,
    pub(super) column: String,
    pub(super) shape: String,
    pub(super) margin: Option<String>,
    #[serde(default)]
    pub(super) rounded: bool,
    #[serde(default = "one")]
    pub(super) peripheries: u8,
    pub(super) fill: String,
    pub(super) border: String,
}

/// How the facts of a status are drawn.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct StatusLook<'a> {
    /// Key of the status.
    pub key: &'static str,
    /// Words for the status.
    pub label: &'a str,
    /// Words beside its sample in a legend, such as `refuted (ends in a bar)`.
    pub legend: String,
    /// Pattern of its lines: solid, dashed or dotted.
    pub pattern: &'a str,
    /// Colour of its lines.
    pub colour: &'a str,
    /// Width of its lines in points.
    pub width: f64,
}

/// Look of a line.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Line {
    pub(super) label: String,
    pub(super) hint: Option<String>,
    pub(super) pattern: String,
    pub(super) colour: String,
    pub(super) width: f64,
    #[serde(default = "normal")]
    pub(super) head: String,
    /// Stands before a label, for those who see no colours.
    pub(super) sign: Option<String>,
}

/// Look of the facts of one predicate that bound somebody to silence.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RibbonStyle {
    pub(super) label: String,
    /// Which end of the fact is bound: `subject` or `object`.
    pub(super) bound: String,
    pub(super) fill: String,
    pub(super) text: String,
}

/// Look of numbers and groups of entities.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ScaleStyle {
    /// Size of the label of the least number, in points.
    pub(super) size_least: f64,
    /// Size of the label of the greatest.
    pub(super) size_most: f64,
    /// Fills from the least number to the greatest.
    pub(super) ramp: Vec<String>,
    /// Fills of the first groups.
    pub(super) groups: Vec<String>,
    /// Fill of every further group.
    pub(super) other: String,
}

impl RibbonStyle {
    /// Returns the ribbon as a line, for the legend.
    pub(super) fn line(&self) -> Line {
        Line {
            label: self.label.clone(),
            hint: None,
            pattern: "solid".to_owned(),
            colour: self.fill.clone(),
            width: 1.0,
            head: normal(),
            sign: None,
        }
    }
}

impl Line {
    /// Returns the words beside the sample in a legend.
    pub(super) fn legend(&self) -> String {
        match &self.hint {
            Some(hint) => format!("{} ({hint})", self.label),
            None => self.label.clone(),
        }
    }
}

fn one() -> u8 {
    1
}

fn normal() -> String {
    "normal".to_owned()
}

impl Default for Style {
    fn default() -> Self {
        toml::from_str(BUILT_IN).expect("data/style.toml is checked by a test")
    }
}

impl Style {
    /// Returns the built-in style with the entries of another `style.toml` in place of its own.
    pub fn overridden_by(text: &str) -> Result<Self, Error> {
        Ok(overlay::merged(BUILT_IN, text)?)
    }

    pub(super) fn class(&self, key: &str) -> &ClassStyle {
        self.class.get(key).unwrap_or_else(|| &self.class["default"])
    }

    /// Returns the name of a class; one that the style does not know goes by its key, in words.
    pub(super) fn class_label(&self, key: &str) -> String {
        match self.class.get(key) {
            Some(class) => class.label.clone(),
            None if key.is_empty() => self.class["default"].label.clone(),
            None => in_words(key),
        }
    }

    /// Returns how the entities of a class look: the name of the class, the colour of their ground and of their outline.
    pub fn class_look(&self, key: &str) -> (String, &str, &str) {
        let class = self.class(key);
        (self.class_label(key), &class.fill, &class.border)
    }

    /// Returns how the facts of a status look.
    pub fn status_look(&self, status: Status) -> StatusLook<'_> {
        let line = self.status(status);
        let Line { label, pattern, colour, width, .. } = line;
        StatusLook { key: status.key(), label, legend: line.legend(), pattern, colour, width: *width }
    }

    pub(super) fn status(&self, status: Status) -> &Line {
        self.status.get(status.key()).unwrap_or_else(|| &self.status["asserted"])
    }

    /// Returns the line of a fact that changed between two days, or of one that did not.
    pub(super) fn change(&self, kind: Option<crate::diff::Kind>) -> &Line {
        let key = kind.map_or("unchanged", crate::diff::Kind::key);
        self.change.get(key).unwrap_or_else(|| &self.change["unchanged"])
    }

    /// Returns the ribbon of a predicate, where it is one of secrecy.
    pub(super) fn ribbon(&self, key: &str) -> Option<&RibbonStyle> {
        self.ribbon.get(key)
    }

    pub(super) fn stance(&self, key: &str) -> &Line {
        self.stance.get(key).unwrap_or_else(|| &self.stance["affirms"])
    }

    pub(super) fn between(&self, key: &str) -> &Line {
        self.between.get(key).unwrap_or_else(|| &self.between["default"])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn luminance(colour: &str) -> f64 {
        let channel = |at: usize| {
            let value = f64::from(u8::from_str_radix(&colour[at..at + 2], 16).expect("hexadecimal")) / 255.0;
            if value <= 0.03928 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5)
    }

    fn contrast(a: &str, b: &str) -> f64 {
        let (a, b) = (luminance(a), luminance(b));
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    #[test]
    fn every_text_stands_out_from_its_ground() {
        let style = Style::default();
        for class in style.class.values() {
            assert!(contrast(&style.page.text, &class.fill) >= 4.5, "{}", class.label);
            assert!(contrast(&class.border, &style.page.background) >= 3.0, "{}", class.label);
        }
        let lines = style.status.values().chain(style.stance.values()).chain(style.between.values());
        for line in lines.chain(style.change.values()).chain([&style.possible]) {
            assert!(contrast(&line.colour, &style.page.background) >= 4.5, "{}", line.label);
        }
        assert!(contrast(&style.page.quiet, &style.page.group) >= 4.5);
        for fill in style.scale.ramp.iter().chain(&style.scale.groups).chain([&style.scale.other]) {
            assert!(contrast(&style.page.text, fill) >= 4.5, "{fill}");
        }
    }

    #[test]
    fn every_class_has_an_outline_of_its_own() {
        let style = Style::default();
        let outlines = style.class.iter().filter(|(key, _)| *key != "default" && *key != "LegalDemand");
        let mut seen: Vec<_> = outlines.map(|(_, c)| (c.shape.clone(), c.rounded, c.peripheries)).collect();
        let all = seen.len();
        seen.sort();
        seen.dedup();
        assert_eq!(seen.len(), all);
    }

    #[test]
    fn every_status_has_a_line_of_its_own_in_black_and_white_too() {
        let style = Style::default();
        for (at, status) in Status::ALL.iter().enumerate() {
            let line = &style.status[status.key()];
            for other in &Status::ALL[at + 1..] {
                let other = &style.status[other.key()];
                let is_told = line.pattern != other.pattern || line.head != other.head;
                assert!(is_told || (line.width - other.width).abs() >= 0.39, "{} and {}", line.label, other.label);
            }
        }
    }

    #[test]
    fn every_change_between_two_days_has_a_line_and_a_sign() {
        let style = Style::default();
        let keys = crate::diff::Kind::ALL.iter().map(|kind| kind.key());
        let mut signs: Vec<_> = keys.map(|key| style.change[key].sign.clone().expect("a sign")).collect();
        signs.sort();
        signs.dedup();
        assert_eq!(signs.len(), crate::diff::Kind::ALL.len());
    }

    #[test]
    fn a_greater_number_is_darker_in_black_and_white_too() {
        let style = Style::default();
        assert!(style.scale.ramp.windows(2).all(|pair| luminance(&pair[0]) > luminance(&pair[1]) + 0.05));
    }

    #[test]
    fn a_case_changes_only_what_it_names() {
        let style = Style::overridden_by("[class.Company]\nfill = \"#FFFFFF\"").expect("style");
        assert_eq!(style.class("Company").fill, "#FFFFFF");
        assert_eq!(style.class("Company").shape, "box");
        assert!(Style::overridden_by("[class.Company]\nfil = \"#FFFFFF\"").is_err());
    }
}
