//! Numbers as size and colour. In: a number or a group for each entity, and the drawing's entities. Out: the size of a
//! label, the fill of a node, and the part of the legend that says what they mean. Not here: what the numbers are.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use super::caption::count;
use super::style::ScaleStyle;
use super::{Table, dot};
use crate::graph::{Entity, EntityGraph};

/// A number for each entity, by id.
#[derive(Debug, Clone, PartialEq)]
pub struct Scale {
    /// What the numbers are, such as `betweenness`.
    pub name: String,
    /// The numbers; an entity without one counts as 0.
    pub values: BTreeMap<String, f64>,
}

/// What the fill of a node tells.
#[derive(Debug, Clone, PartialEq)]
pub enum Colouring {
    /// A number: the darker, the greater.
    Number(Scale),
    /// A group, from 0, for each entity by id: a colour of its own for each.
    Groups {
        /// What the groups are, such as `community`.
        name: String,
        /// The group of each entity.
        groups: BTreeMap<String, usize>,
    },
}

/// Size and colour of the entities of a drawing.
#[derive(Debug, Clone, Default)]
pub(super) struct Scales {
    size: Option<Spread>,
    colour: Option<Colour>,
}

#[derive(Debug, Clone)]
enum Colour {
    Number(Spread),
    Groups { name: String, groups: BTreeMap<String, usize> },
}

/// A scale with the least and greatest number that is drawn.
#[derive(Debug, Clone)]
struct Spread {
    scale: Scale,
    least: f64,
    most: f64,
}

impl Spread {
    fn new(scale: &Scale, part: &EntityGraph) -> Self {
        let value = |entity: &Entity| scale.values.get(&entity.id).copied().unwrap_or(0.0);
        let values: Vec<f64> = part.entities().map(|entity| value(entity)).collect();
        let least = values.iter().copied().fold(f64::INFINITY, f64::min);
        let most = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        Self { scale: scale.clone(), least, most }
    }

    fn value(&self, id: &str) -> f64 {
        self.scale.values.get(id).copied().unwrap_or(0.0)
    }

    /// Returns where a number stands between the least and the greatest, from 0 to 1.
    fn place(&self, id: &str) -> f64 {
        let range = self.most - self.least;
        if range > 0.0 { ((self.value(id) - self.least) / range).clamp(0.0, 1.0) } else { 0.0 }
    }

    /// Returns the number at a place.
    fn at(&self, place: f64) -> f64 {
        self.least + place * (self.most - self.least)
    }
}

impl Scales {
    pub(super) fn new(size: Option<&Scale>, colour: Option<&Colouring>, part: &EntityGraph) -> Self {
        let colour = colour.map(|colour| match colour {
            Colouring::Number(scale) => Colour::Number(Spread::new(scale, part)),
            Colouring::Groups { name, groups } => {
                let drawn = part.entities().filter_map(|entity| Some((entity.id.clone(), *groups.get(&entity.id)?)));
                Colour::Groups { name: name.clone(), groups: drawn.collect() }
            }
        });
        Self { size: size.map(|scale| Spread::new(scale, part)), colour }
    }

    /// Tells whether there is nothing to show.
    pub(super) fn is_empty(&self) -> bool {
        self.size.is_none() && self.colour.is_none()
    }

    /// Tells whether fills tell something else than the class.
    pub(super) fn has_colour(&self) -> bool {
        self.colour.is_some()
    }

    /// Returns the size of an entity's label, in points.
    pub(super) fn font_size(&self, id: &str, style: &ScaleStyle) -> Option<f64> {
        let spread = self.size.as_ref()?;
        // A root, as it is the area that one sees.
        Some((style.size_least + spread.place(id).sqrt() * (style.size_most - style.size_least)).round())
    }

    /// Returns the fill of an entity.
    pub(super) fn fill<'a>(&self, id: &str, style: &'a ScaleStyle) -> Option<&'a str> {
        match self.colour.as_ref()? {
            Colour::Number(spread) => style.ramp.get(step(spread.place(id), style.ramp.len())).map(String::as_str),
            Colour::Groups { groups, .. } => Some(group_fill(groups.get(id).copied(), style)),
        }
    }

    /// Returns the number of an entity's group, from 1, which stands in its label: not everybody sees colours.
    pub(super) fn mark(&self, id: &str) -> Option<usize> {
        match self.colour.as_ref()? {
            Colour::Number(_) => None,
            Colour::Groups { groups, .. } => Some(groups.get(id)? + 1),
        }
    }

    /// Returns what size and colour mean, in a line.
    pub(super) fn describe(&self) -> String {
        let size = self.size.as_ref().map(|spread| format!("size: {}", spread.scale.name));
        let colour = self.colour.as_ref().map(|colour| match colour {
            Colour::Number(spread) => format!("colour: {}", spread.scale.name),
            Colour::Groups { name, .. } => format!("colour and number: {name}"),
        });
        size.into_iter().chain(colour).collect::<Vec<_>>().join("; ")
    }

    /// Returns the markup of the legend.
    pub(super) fn legend(&self, style: &ScaleStyle) -> String {
        let mut markup = "<TABLE BORDER=\"0\" CELLBORDER=\"0\" CELLSPACING=\"2\" CELLPADDING=\"1\">".to_owned();
        let mut row = |fill: Option<&str>, size: f64, text: &str| {
            let fill = fill.map_or_else(String::new, |fill| format!(" BGCOLOR=\"{}\" BORDER=\"1\"", dot::html(fill)));
            let sample = if fill.is_empty() { "Aa" } else { "      " };
            let _ = write!(
                markup,
                "<TR><TD{fill}><FONT POINT-SIZE=\"{size}\">{sample}</FONT></TD><TD ALIGN=\"LEFT\">{}</TD></TR>",
                dot::html(text)
            );
        };
        if let Some(spread) = &self.size {
            row(None, style.size_most, &format!("{} {}", spread.scale.name, short(spread.most)));
            row(None, style.size_least, &format!("{} {}", spread.scale.name, short(spread.least)));
        }
        match &self.colour {
            None => {}
            Some(Colour::Number(spread)) => {
                let steps = style.ramp.len();
                for (place, fill) in style.ramp.iter().enumerate().rev() {
                    let bound = |place: usize| short(spread.at(share(place, steps)));
                    let text = format!("{} {} to {}", spread.scale.name, bound(place), bound(place + 1));
                    row(Some(fill), 9.0, &text);
                }
            }
            Some(Colour::Groups { name, groups }) => {
                for group in groups.values().copied().collect::<BTreeSet<_>>() {
                    let members = groups.values().filter(|other| **other == group).count();
                    let text = format!("{name} {}: {} here", group + 1, count(members, "entity", "entities"));
                    row(Some(group_fill(Some(group), style)), 9.0, &text);
                }
            }
        }
        markup.push_str("</TABLE>");
        markup
    }

    /// Returns the text alternative: size and colour of each entity, as numbers.
    pub(super) fn table(&self, part: &EntityGraph) -> Table {
        let mut table =
            Table::new(format!("What size and colour tell ({})", self.describe()), &["id", "size", "colour"]);
        for entity in part.entities() {
            let size = self.size.as_ref().map(|spread| short(spread.value(&entity.id))).unwrap_or_default();
            let colour = match &self.colour {
                Some(Colour::Number(spread)) => short(spread.value(&entity.id)),
                Some(Colour::Groups { .. }) => self.mark(&entity.id).map(|mark| mark.to_string()).unwrap_or_default(),
                None => String::new(),
            };
            table.row(vec![entity.id.clone(), size, colour]);
        }
        table
    }
}

fn group_fill(group: Option<usize>, style: &ScaleStyle) -> &str {
    group.and_then(|group| style.groups.get(group)).map_or(style.other.as_str(), String::as_str)
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss, reason = "a few steps")]
fn step(place: f64, steps: usize) -> usize {
    ((place * steps as f64) as usize).min(steps.saturating_sub(1))
}

#[expect(clippy::cast_precision_loss, reason = "a few steps")]
fn share(place: usize, steps: usize) -> f64 {
    place as f64 / steps as f64
}

/// Writes a number with three digits after the point, and none where it is whole.
fn short(number: f64) -> String {
    let text = format!("{number:.3}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagram::{RelationshipsOptions, Style, relationships};
    use crate::graph::fixture::affair;

    fn scale(values: &[(&str, f64)]) -> Scale {
        Scale { name: "weight".to_owned(), values: values.iter().map(|(id, v)| ((*id).to_owned(), *v)).collect() }
    }

    fn drawn(size_by: Option<Scale>, colour_by: Option<Colouring>) -> crate::diagram::Drawing {
        let options = RelationshipsOptions { size_by, colour_by, ..RelationshipsOptions::default() };
        relationships(&affair().graph(), &Style::default(), &options)
    }

    #[test]
    fn the_greatest_number_has_the_greatest_label_and_the_darkest_ground() {
        let weights = scale(&[("bureau", 9.0), ("letter", 1.0)]);
        let dot = drawn(Some(weights.clone()), Some(Colouring::Number(weights))).dot();
        let node =
            |id: &str| dot.lines().find(|line| line.trim_start().starts_with(&format!("\"{id}\"["))).expect("a node");
        let style = Style::default();
        assert!(node("bureau").contains(&format!("fontsize=\"{}\"", style.scale.size_most)), "{dot}");
        assert!(node("bureau").contains(style.scale.ramp.last().expect("a ramp")));
        assert!(node("firm").contains(&format!("fontsize=\"{}\"", style.scale.size_least)));
        assert!(node("firm").contains(&style.scale.ramp[0]));
    }

    #[test]
    fn a_group_is_told_by_colour_and_by_number_and_the_legend_says_so() {
        let groups = [("bureau", 0), ("ministry", 0), ("letter", 1)].map(|(id, group)| (id.to_owned(), group)).into();
        let drawing = drawn(None, Some(Colouring::Groups { name: "community".to_owned(), groups }));
        let dot = drawing.dot();
        assert!(dot.contains("community 1: 2 entities here") && dot.contains("[1]"), "{dot}");
        assert!(drawing.text().contains("colour and number: community"), "{}", drawing.text());
    }

    #[test]
    fn without_numbers_the_drawing_is_as_before() {
        let plain = relationships(&affair().graph(), &Style::default(), &RelationshipsOptions::default());
        assert_eq!(drawn(None, None).dot(), plain.dot());
    }
}
