//! What the values of a column may be. In: the rules. Out: the readings that are tried, each as the datatype that the
//! metadata would give the column, so that what is decided here is what the engine will find.

use csvw::{Datatype, TableDescription};
use serde_json::{Value, json};

use super::number::is_written_number;
use super::rules::Rules;
use crate::date::Edtf;
use crate::facts::EDTF_DATATYPE;

/// One way to read the values of a column.
#[derive(Debug)]
pub(super) struct Reading {
    pub(super) kind: Kind,
    /// The datatype in the metadata.
    pub(super) json: Value,
    /// Pattern, or another short word for it.
    pub(super) title: String,
    datatype: Datatype,
}

/// What kind of values a reading gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    Boolean,
    /// Whole numbers, with the marks of decimals and groups.
    Integer(char, Option<char>),
    Decimal(char, Option<char>),
    Date(Order),
    DateTime(Order),
    Time,
    Year,
    Edtf,
    Address,
}

/// Which part of a date comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Order {
    Year,
    Day,
    Month,
}

/// What the values of a column say: readings by their position.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    Text,
    Is(usize),
    /// The same digits mean one number with a decimal point, and another with a decimal comma.
    PointOrComma(usize, usize),
    /// The day or the month comes first.
    DayOrMonth(usize, usize),
}

impl Reading {
    /// Returns all readings, those that are preferred first.
    pub(super) fn all(rules: &Rules) -> Vec<Self> {
        let mut all = Vec::new();
        for pair in &rules.booleans {
            // With a format even for `true|false`: without one, 1 and 0 would do as well.
            all.extend(Self::new(Kind::Boolean, json!({"base": "boolean", "format": pair}), pair));
        }
        for marks in &rules.numbers {
            all.extend(numbers(marks));
        }
        for pattern in &rules.dates {
            let is_plain = pattern == "yyyy-MM-dd";
            let json = if is_plain { json!("date") } else { json!({"base": "date", "format": pattern}) };
            all.extend(Self::new(Kind::Date(order(pattern)), json, pattern));
        }
        all.extend(Self::new(Kind::DateTime(Order::Year), json!("dateTime"), "yyyy-MM-ddTHH:mm:ss"));
        for date in &rules.dates {
            for (between, time) in rules.times.iter().flat_map(|time| [("T", time), (" ", time)]) {
                let pattern = format!("{date}{between}{time}");
                let json = json!({"base": "dateTime", "format": pattern});
                all.extend(Self::new(Kind::DateTime(order(date)), json, &pattern));
            }
        }
        for time in &rules.times {
            all.extend(Self::new(Kind::Time, json!({"base": "time", "format": time}), time));
        }
        all.extend(Self::new(Kind::Year, json!("gYear"), "years"));
        let edtf = json!({"@id": EDTF_DATATYPE, "dc:title": "a date of EDTF", "base": "string"});
        all.extend(Self::new(Kind::Edtf, edtf, "EDTF"));
        all.extend(Self::new(Kind::Address, json!("anyURI"), "web addresses"));
        all
    }

    fn new(kind: Kind, json: Value, title: &str) -> Option<Self> {
        let column = json!({"url": "a.csv", "tableSchema": {"columns": [{"name": "a", "datatype": json}]}});
        let mut table = TableDescription::from_json(&column.to_string(), "a.json").ok()?;
        let datatype = table.schema.columns.pop()?.datatype;
        Some(Self { kind, json, title: title.to_owned(), datatype })
    }

    /// Tells whether a value can be read so.
    pub(super) fn takes(&self, text: &str) -> bool {
        let likely = match self.kind {
            Kind::Boolean => true,
            Kind::Integer(decimal, group) => !text.contains('%') && is_written_number(text, decimal, group),
            Kind::Decimal(decimal, group) => is_written_number(text, decimal, group),
            Kind::Date(_) => text.starts_with(|c: char| c.is_ascii_digit()) && self.has_likely_year(text),
            Kind::DateTime(_) | Kind::Time => text.contains(':'),
            Kind::Year => text.len() == 4,
            Kind::Edtf => {
                let is_likely = text.starts_with(['1', '2', '[']) || text.len() == 10 || text == "9999";
                text == ".." || is_likely && Edtf::parse(text).is_ok()
            }
            Kind::Address => text.contains("://") || text.starts_with("mailto:") || text.starts_with("urn:"),
        };
        likely && self.datatype.check(text).is_ok()
    }

    /// Eight digits are a date only if they begin with a year of our times, or with one that stands for the end of time.
    fn has_likely_year(&self, text: &str) -> bool {
        self.title != "yyyyMMdd" || text.get(..2).is_some_and(|century| ["18", "19", "20", "99"].contains(&century))
    }
}

fn numbers(marks: &str) -> Vec<Reading> {
    let mut marks = marks.chars();
    let (decimal, group) = (marks.next().unwrap_or('.'), marks.next());
    let mut format = serde_json::Map::new();
    if decimal != '.' || group.is_some() {
        format.insert("decimalChar".to_owned(), decimal.to_string().into());
    }
    format.extend(group.map(|group| ("groupChar".to_owned(), group.to_string().into())));
    let datatype = |base: &str| {
        if format.is_empty() { json!(base) } else { json!({"base": base, "format": format}) }
    };
    let mut readings = Vec::new();
    let title = match (decimal, group) {
        (decimal, None) => format!("numbers with `{decimal}` before the decimals"),
        (decimal, Some(group)) => format!("numbers with `{decimal}` before the decimals and `{group}` between groups"),
    };
    // Without decimals and groups the marks make no difference.
    if decimal == '.' || group.is_some() {
        readings.extend(Reading::new(Kind::Integer(decimal, group), datatype("integer"), &title));
    }
    readings.extend(Reading::new(Kind::Decimal(decimal, group), datatype("decimal"), &title));
    readings
}

fn order(pattern: &str) -> Order {
    match pattern.chars().next() {
        Some('y') => Order::Year,
        Some('d') => Order::Day,
        _ => Order::Month,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn titles(texts: &[&str]) -> Vec<String> {
        let all = Reading::all(&Rules::embedded());
        let fitting = all.iter().filter(|reading| texts.iter().all(|text| reading.takes(text)));
        fitting.map(|reading| reading.title.clone()).collect()
    }

    #[test]
    fn every_rule_is_a_datatype_that_the_engine_knows() {
        let rules = Rules::embedded();
        let all = Reading::all(&rules);
        let whole = rules.numbers.iter().filter(|marks| marks.starts_with('.') || marks.chars().count() == 2).count();
        let times = rules.times.len();
        let dates = rules.dates.len() * (1 + 2 * times) + 1 + times;
        assert_eq!(all.len(), rules.booleans.len() + rules.numbers.len() + whole + dates + 3);
    }

    #[test]
    fn values_leave_only_the_readings_that_take_them_all() {
        assert_eq!(titles(&["31/12/2013", "01/02/2014"]), ["dd/MM/yyyy", "d/M/yyyy"]);
        assert_eq!(titles(&["1/2/2014"]), ["d/M/yyyy", "M/d/yyyy"]);
        assert_eq!(titles(&["Y", "N"]), ["Y|N"]);
        assert_eq!(titles(&["2013-10", "2013~", "2013-10-05"]), ["EDTF"]);
        assert_eq!(titles(&["2013-12-31 10:00"]), ["yyyy-MM-dd HH:mm"]);
        assert_eq!(titles(&["https://example.org/a"]), ["web addresses"]);
        assert_eq!(titles(&["note: this"]), Vec::<String>::new());
        assert!(titles(&["20131231", "99991231"]).contains(&"yyyyMMdd".to_owned()));
    }
}
