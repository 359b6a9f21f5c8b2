//! What a drawing can be written as, and who places its nodes.

/// What a drawing can be written as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Format {
    /// Scalable Vector Graphics, with tooltips and links.
    Svg,
    /// A picture of points, at 144 to the inch.
    Png,
    /// A page to print.
    Pdf,
    /// The input of Graphviz.
    Dot,
    /// The content as tables.
    Text,
}

impl Format {
    /// Every format.
    pub const ALL: &[Self] = &[Self::Svg, Self::Png, Self::Pdf, Self::Dot, Self::Text];

    /// Returns the name, which is also the extension of a file in this format; that of text is `txt`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Svg => "svg",
            Self::Png => "png",
            Self::Pdf => "pdf",
            Self::Dot => "dot",
            Self::Text => "txt",
        }
    }

    /// Finds a format by its name or by an extension.
    pub fn parse(name: &str) -> Option<Self> {
        match name.to_lowercase().as_str() {
            "text" => Some(Self::Text),
            "gv" => Some(Self::Dot),
            name => Self::ALL.iter().copied().find(|format| format.name() == name),
        }
    }
}

/// Who places the nodes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Layout {
    /// Graphviz, on ranks.
    Ranked,
    /// The drawing itself; Graphviz draws the lines.
    Pinned,
}
