//! Store files: N-Quads, compressed by gzip. A file is written beside its place and renamed into it, so that it holds
//! the old state or the new one, whatever happens in between.

use std::fs::File;
use std::io::{self, BufReader, BufWriter, Write};
use std::path::Path;

use flate2::Compression;
use flate2::bufread::MultiGzDecoder;
use flate2::write::GzEncoder;
use oxigraph::io::{RdfFormat, RdfParseError, RdfParser, RdfSerializer};
use oxigraph::model::Quad;
use oxigraph::store::Store;

use super::Error;

/// Reads a store file into memory.
pub(super) fn read(path: &Path) -> Result<Store, Error> {
    let open = File::open(path).map_err(|source| Error::File { path: path.to_owned(), source })?;
    let text = MultiGzDecoder::new(BufReader::new(open));
    let store = Store::new()?;
    let mut loader = store.bulk_loader();
    let quads = RdfParser::from_format(RdfFormat::NQuads).for_reader(BufReader::new(text));
    loader.load_ok_quads::<ReadError, ReadError>(quads.map(|quad| quad.map_err(ReadError::Parse))).map_err(
        |error| match error {
            ReadError::Parse(source) => Error::Damaged { path: path.to_owned(), source },
            ReadError::Storage(error) => Error::Storage(error),
        },
    )?;
    loader.commit()?;
    Ok(store)
}

enum ReadError {
    Parse(RdfParseError),
    Storage(oxigraph::store::StorageError),
}

impl From<oxigraph::store::StorageError> for ReadError {
    fn from(error: oxigraph::store::StorageError) -> Self {
        Self::Storage(error)
    }
}

/// Writes quads, in the order given, to a store file.
pub(super) fn write(path: &Path, quads: &[Quad]) -> Result<(), Error> {
    // A link is followed, so that what it names is replaced and not the link.
    let place = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    write_beside(&place, quads).map_err(|source| Error::File { path: path.to_owned(), source })
}

fn write_beside(path: &Path, quads: &[Quad]) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."));
    let mut builder = tempfile::Builder::new();
    builder.prefix(".casegraph-");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        // Others may read it as the umask allows; a temporary file is for its owner alone unless told otherwise.
        builder.permissions(std::fs::Permissions::from_mode(0o666));
    }
    let beside = builder.tempfile_in(folder).map_err(|error| io::Error::from(error.kind()))?;
    let encoder = GzEncoder::new(BufWriter::new(beside), Compression::default());
    let mut serializer = RdfSerializer::from_format(RdfFormat::NQuads).for_writer(encoder);
    for quad in quads {
        serializer.serialize_quad(quad)?;
    }
    let mut buffer = serializer.finish()?.finish()?;
    buffer.flush()?;
    let beside = buffer.into_inner().map_err(io::IntoInnerError::into_error)?;
    beside.as_file().sync_all()?;
    beside.persist(path)?;
    // The rename itself lasts only once the folder is written too.
    if let Ok(folder) = File::open(folder) {
        folder.sync_all().or_else(|error| if cfg!(unix) { Err(error) } else { Ok(()) })?;
    }
    Ok(())
}
