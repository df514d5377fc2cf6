//! The project as texts by path.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// A file that is larger is data, not text to be checked.
const TEXT_BYTES_MAX: u64 = 4 * 1024 * 1024;
/// Endings of the files that are read.
const TEXT_ENDINGS: [&str; 10] =
    ["rs", "md", "toml", "py", "html", "css", "svg", "js", "geojson", "sh"];
/// Files that are read though they have none of the endings.
const TEXT_NAMES: [&str; 4] = ["Makefile", "run", ".editorconfig", ".gitignore"];
/// Folders that are not the project's own text. Hidden folders are passed over too, but for `.ci`.
const FOREIGN: [&str; 5] = ["target", "node_modules", "servanda-demo", "__pycache__", "out"];

/// Paths and texts of a project. Paths are relative to its root, with `/`.
#[derive(Debug, Clone, Default)]
pub struct Project {
    /// Every file and folder.
    pub paths: BTreeSet<String>,
    /// The texts of the files that are text.
    pub texts: BTreeMap<String, String>,
}

/// A file or folder could not be read.
#[derive(Debug)]
pub struct ProjectError {
    /// Which.
    pub path: PathBuf,
    /// Why.
    pub source: io::Error,
}

impl std::fmt::Display for ProjectError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "can't read {}: {}", self.path.display(), self.source)
    }
}

impl std::error::Error for ProjectError {}

impl Project {
    /// Reads the project below a folder.
    ///
    /// # Errors
    /// When a file or folder can't be read, or a text is not UTF-8.
    pub fn read(root: &Path) -> Result<Project, ProjectError> {
        let mut project = Project::default();
        project.folder(root, "")?;
        Ok(project)
    }

    /// A project of these files, for tests.
    #[must_use]
    pub fn of(files: &[(&str, &str)]) -> Project {
        let mut project = Project::default();
        for (path, text) in files {
            for (at, _) in path.match_indices('/') {
                project.paths.insert(path[..at].to_string());
            }
            project.paths.insert((*path).to_string());
            project.texts.insert((*path).to_string(), (*text).to_string());
        }
        project
    }

    /// The texts whose path starts and ends so.
    pub fn under<'a>(
        &'a self,
        start: &'a str,
        end: &'a str,
    ) -> impl Iterator<Item = (&'a str, &'a str)> {
        self.texts
            .iter()
            .filter(move |(path, _)| path.starts_with(start) && path.ends_with(end))
            .map(|(path, text)| (path.as_str(), text.as_str()))
    }

    /// Names of the folders directly below a folder.
    #[must_use]
    pub fn folders(&self, below: &str) -> BTreeSet<&str> {
        self.paths
            .iter()
            .filter_map(|path| path.strip_prefix(below)?.strip_prefix('/')?.split_once('/'))
            .map(|(name, _)| name)
            .collect()
    }

    fn folder(&mut self, root: &Path, below: &str) -> Result<(), ProjectError> {
        let folder = root.join(below);
        let error = |path: &Path| {
            let path = path.to_owned();
            move |source| ProjectError { path, source }
        };
        for entry in fs::read_dir(&folder).map_err(error(&folder))? {
            let entry = entry.map_err(error(&folder))?;
            let name = entry.file_name().to_string_lossy().into_owned();
            let path = match below {
                "" => name.clone(),
                _ => format!("{below}/{name}"),
            };
            let meta = entry.metadata().map_err(error(&entry.path()))?;
            if meta.is_dir() {
                let hidden = name.starts_with('.') && name != ".ci";
                if !hidden && !FOREIGN.contains(&name.as_str()) {
                    self.folder(root, &path)?;
                    self.paths.insert(path);
                }
            } else if meta.is_file() {
                if is_text(&name) && meta.len() <= TEXT_BYTES_MAX {
                    let text = fs::read_to_string(entry.path()).map_err(error(&entry.path()))?;
                    self.texts.insert(path.clone(), text);
                }
                self.paths.insert(path);
            }
        }
        Ok(())
    }
}

fn is_text(name: &str) -> bool {
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
    TEXT_ENDINGS.contains(&ending) || TEXT_NAMES.contains(&name)
}
