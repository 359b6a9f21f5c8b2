//! Properties that groups, tables and schemas hand down to their columns. In: members of a description. Out: what a
//! column has after all levels spoke. <https://www.w3.org/TR/tabular-metadata/#inherited-properties>

use crate::context::{Scope, is_language};
use crate::datatype::Datatype;
use crate::datatype_description::read_datatype;
use crate::json::{Json, Member};
use crate::uri_template::UriTemplate;

/// What a level says of separators: an inner level may take one back with null.
#[derive(Debug, Clone)]
pub(crate) enum Separator {
    Text(String),
    None,
}

/// What one level states; the inner level outweighs the outer.
#[derive(Debug, Clone, Default)]
pub(crate) struct Inherited {
    pub about_url: Option<UriTemplate>,
    pub datatype: Option<Datatype>,
    pub default: Option<String>,
    pub lang: Option<String>,
    pub null: Option<Vec<String>>,
    pub ordered: Option<bool>,
    pub property_url: Option<String>,
    pub required: Option<bool>,
    pub separator: Option<Separator>,
    pub value_url: Option<UriTemplate>,
}

impl Inherited {
    /// Reads one member; tells whether it is an inherited property.
    pub(crate) fn read(&mut self, member: &Member, scope: &mut Scope<'_>) -> bool {
        match member.name.as_str() {
            "aboutUrl" => self.about_url = read_template(member, scope).or(self.about_url.take()),
            "datatype" => self.datatype = Some(read_datatype(member, scope)),
            "default" => self.default = scope.text(member).or(self.default.take()),
            "lang" => match member.node.as_str().filter(|lang| is_language(lang)) {
                Some(lang) => self.lang = Some(lang.to_owned()),
                None => scope.wrong(member, "a language tag of BCP 47"),
            },
            "null" => self.null = scope.texts(member).or(self.null.take()),
            "ordered" => self.ordered = scope.flag(member).or(self.ordered),
            "propertyUrl" => {
                let template = read_template(member, scope).map(|template| template.as_str().to_owned());
                self.property_url = template.or(self.property_url.take());
            }
            "required" => self.required = scope.flag(member).or(self.required),
            "separator" if member.node.json == Json::Null => self.separator = Some(Separator::None),
            "separator" => {
                if let Some(text) = scope.text(member).filter(|text| !text.is_empty()) {
                    self.separator = Some(Separator::Text(text));
                }
            }
            "textDirection" => drop(scope.one_of(member, &["ltr", "rtl", "auto", "inherit"])),
            "valueUrl" => self.value_url = read_template(member, scope).or(self.value_url.take()),
            _ => return false,
        }
        true
    }

    /// Returns what holds below a level that states `self` inside one that states `outer`.
    pub(crate) fn within(self, outer: &Self) -> Self {
        Self {
            about_url: self.about_url.or_else(|| outer.about_url.clone()),
            datatype: self.datatype.or_else(|| outer.datatype.clone()),
            default: self.default.or_else(|| outer.default.clone()),
            lang: self.lang.or_else(|| outer.lang.clone()),
            null: self.null.or_else(|| outer.null.clone()),
            ordered: self.ordered.or(outer.ordered),
            property_url: self.property_url.or_else(|| outer.property_url.clone()),
            required: self.required.or(outer.required),
            separator: self.separator.or_else(|| outer.separator.clone()),
            value_url: self.value_url.or_else(|| outer.value_url.clone()),
        }
    }
}

/// Reads a URI template; what is no text counts as the empty template.
fn read_template(member: &Member, scope: &mut Scope<'_>) -> Option<UriTemplate> {
    let text = member.node.as_str().map_or_else(
        || {
            scope.warn(member.node.place, format!("`{}` must be a text; it counts as an empty one", member.name));
            String::new()
        },
        str::to_owned,
    );
    UriTemplate::try_from(text).map_err(|fault| scope.error(member.node.place, fault.to_string())).ok()
}
