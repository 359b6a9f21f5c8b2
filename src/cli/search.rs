//! `casegraph search`: entities, sources and facts by words.

use std::io::Write;
use std::path::PathBuf;

use super::fault::{Fault, counted};
use super::rank::stamp;
use super::selecting::{Viewing, all_of};
use super::tabular::{Row, Tabular};
use crate::search::Index;
use crate::store::{self, Columns};

/// Find entities, sources and facts by words in labels, aliases, titles, texts and notes
#[derive(clap::Args)]
pub(super) struct Search {
    /// Case folder, case file or SPARQL endpoint
    case: PathBuf,
    /// Words that must all be there; those in double quotes next to each other. Case and accents do not matter
    #[arg(required = true, value_name = "WORDS")]
    words: Vec<String>,
    /// Only things of this class, such as Company, Source or Fact
    #[arg(long, value_name = "CLASS")]
    class: Option<String>,
    /// Only the best so many
    #[arg(long, default_value_t = 50, value_name = "N")]
    limit: usize,
    #[command(flatten)]
    tabular: Tabular,
    #[command(flatten)]
    viewing: Viewing,
}

impl Search {
    pub(super) fn run(&self, out: &mut impl Write) -> Result<(), Fault> {
        let case = self.viewing.open(&self.case)?;
        let read = |columns: &Columns| Ok::<_, store::Error>(Index::of(columns, &case.base, &case.lang));
        let index = Columns::ask(all_of(&case)?, read)?;
        let words = self.words.join(" ");
        let mut hits = index.search(&words, usize::MAX);
        hits.retain(|hit| self.class.as_ref().is_none_or(|class| hit.class.eq_ignore_ascii_case(class)));
        let all = hits.len();
        hits.truncate(self.limit);
        let rows = hits.iter().map(|hit| {
            let row = Row::default().iri(&hit.iri).text(&hit.class).text(&hit.label);
            row.text(hit.field.name()).text(&hit.snippet).text(&hit.joins.join("|"))
        });
        let shown = if all > hits.len() { format!("the best {} of ", hits.len()) } else { String::new() };
        let near = match (all, index.suggestion(&words)) {
            (0, Some(near)) => format!("; did you mean {near}?"),
            _ => String::new(),
        };
        let title = format!(
            "{}{}, “{words}”: {shown}{}{near}",
            case.title,
            stamp(&case.view.to_string()),
            counted(all, "hit", "hits")
        );
        let headers = ["thing", "class", "label", "where", "text", "joins"];
        self.tabular.write(out, &case.base, &title, &headers, rows.collect())
    }
}
