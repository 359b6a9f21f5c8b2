//! A finished drawing. In: statements, title, stamp and tables from the file of its kind. Out: DOT, pictures, text.

use graphviz_rust::dot_structures::Stmt;

use super::{Error, Format, Layout, Table, dot, graphviz, svg, table};

/// A drawing, ready to be written.
#[derive(Debug, Clone)]
pub struct Drawing {
    pub(super) title: String,
    pub(super) stamp: Vec<String>,
    pub(super) layout: Layout,
    pub(super) stmts: Vec<Stmt>,
    pub(super) tables: Vec<Table>,
}

impl Drawing {
    /// Returns the title.
    pub fn title(&self) -> &str {
        &self.title
    }

    /// Returns the lines below the title: case, filters and dates, counts, what was left out.
    pub fn stamp(&self) -> &[String] {
        &self.stamp
    }

    /// Returns the content as tables.
    pub fn tables(&self) -> &[Table] {
        &self.tables
    }

    /// Returns the input of Graphviz; a pinned layout wants `neato -n2`, and says so in its first line.
    pub fn dot(&self) -> String {
        let dot = dot::print("casegraph", self.stmts.clone());
        match self.layout {
            Layout::Ranked => dot,
            Layout::Pinned => format!("// neato -n2\n{dot}"),
        }
    }

    /// Returns the content as text: title, stamp and tables.
    pub fn text(&self) -> String {
        let mut text = format!("{}\n", table::line(&self.title));
        for line in &self.stamp {
            text.push_str(&table::line(line));
            text.push('\n');
        }
        for table in &self.tables {
            text.push('\n');
            text.push_str(&table.to_string());
        }
        text
    }

    /// Writes the drawing in a format; same drawing, same program, same bytes (a PDF carries its date).
    pub fn render(&self, format: Format) -> Result<Vec<u8>, Error> {
        match format {
            Format::Dot => Ok(self.dot().into_bytes()),
            Format::Text => Ok(self.text().into_bytes()),
            Format::Png | Format::Pdf => graphviz::render(&self.dot(), self.layout, format),
            Format::Svg => {
                let bytes = graphviz::render(&self.dot(), self.layout, format)?;
                let svg = String::from_utf8_lossy(&bytes);
                Ok(svg::finish(&svg, &self.title, &self.stamp.join("\n")).into_bytes())
            }
        }
    }
}
