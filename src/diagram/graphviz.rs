//! Runs Graphviz. In: DOT. Out: the bytes of a picture.
//!
//! `exec_dot` takes any argument, so it serves pinned layouts too; the graph travels in a temporary file.

use std::io::ErrorKind;

use graphviz_rust::cmd::{CommandArg, Format as GraphvizFormat, Layout as Engine};

use super::{Error, Format, Layout};

/// Lays a graph out and writes it in a format.
pub(super) fn render(dot: &str, layout: Layout, format: Format) -> Result<Vec<u8>, Error> {
    let mut arguments = match layout {
        Layout::Ranked => vec![CommandArg::Layout(Engine::Dot)],
        Layout::Pinned => vec![CommandArg::Layout(Engine::Neato), CommandArg::Custom("-n2".to_owned())],
    };
    arguments.push(match format {
        Format::Png => CommandArg::Format(GraphvizFormat::Png),
        Format::Pdf => CommandArg::Format(GraphvizFormat::Pdf),
        Format::Svg | Format::Dot | Format::Text => CommandArg::Format(GraphvizFormat::Svg),
    });
    if format == Format::Png {
        // Twice the 72 dots per inch of a drawing's own units, so that small labels stay sharp.
        arguments.push(CommandArg::Custom("-Gdpi=144".to_owned()));
    }
    graphviz_rust::exec_dot(dot.to_owned(), arguments).map_err(|error| match error.kind() {
        ErrorKind::NotFound => Error::GraphvizMissing,
        ErrorKind::Other => Error::GraphvizFailed(error.to_string().trim().to_owned()),
        _ => Error::GraphvizNotRun(error),
    })
}
