//! Properties that groups, tables and schemas hand down to their columns. In: members of a description. Out: a column that has
//! what all levels above it say, the inner over the outer. <https://www.w3.org/TR/tabular-metadata/#inherited-properties>

use crate::context::{Scope, is_language};
use crate::datatype_description::read_datatype;
use crate::json::{Json, Member};
use crate::metadata::Column;
use crate::uri_template::UriTemplate;

impl Column {
    /// Returns a column of which no level says anything.
    pub(crate) fn unstated() -> Self {
        Self { null: vec![String::new()], ..Self::default() }
    }

    /// Reads one member over what the levels above say; tells whether it is an inherited property.
    pub(crate) fn inherit(&mut self, member: &Member, scope: &mut Scope<'_>) -> bool {
        match member.name.as_str() {
            "aboutUrl" => self.about_url = read_template(member, scope).or(self.about_url.take()),
            "datatype" => self.datatype = read_datatype(member, scope),
            "default" => set(&mut self.default, scope.text(member)),
            "lang" => match member.node.as_str().filter(|lang| is_language(lang)) {
                Some(lang) => self.lang = Some(lang.to_owned()),
                None => scope.wrong(member, "a language tag of BCP 47"),
            },
            "null" => set(&mut self.null, scope.texts(member)),
            "ordered" => set(&mut self.ordered, scope.flag(member)),
            "propertyUrl" => {
                let template = read_template(member, scope).map(|template| template.as_str().to_owned());
                self.property_url = template.or(self.property_url.take());
            }
            "required" => set(&mut self.required, scope.flag(member)),
            "separator" if member.node.json == Json::Null => self.separator = None,
            "separator" => {
                let text = scope.text(member).filter(|text| !text.is_empty());
                self.separator = text.or(self.separator.take());
            }
            "textDirection" => drop(scope.one_of(member, &["ltr", "rtl", "auto", "inherit"])),
            "valueUrl" => self.value_url = read_template(member, scope).or(self.value_url.take()),
            _ => return false,
        }
        true
    }
}

fn set<T>(property: &mut T, value: Option<T>) {
    if let Some(value) = value {
        *property = value;
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
