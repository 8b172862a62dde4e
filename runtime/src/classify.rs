//! From a path to its policy class and route.
//!
//! The route index names the route, and the route its class. Nothing here looks at rules or facts, and nothing here
//! allocates.

use crate::policy::Policy;
use dregg_artifact::{BadPath, LANES, Leaf, Path, PolicyClass};

/// What a path is, before anybody asks for access to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Classification<'p> {
    /// The number of the policy class: for a redirect the redirect's own.
    pub class: u32,
    /// The number of the selected route; `None` for a redirect. See [`Policy::route_path`] and [`Policy::captures`].
    pub route: Option<u32>,
    /// The target, if the path is redirected.
    pub redirect: Option<&'p str>,
}

/// A path that the index knows, with everything a decision needs to know of it.
pub(crate) struct Walked<'p> {
    /// The number of the policy class.
    pub(crate) class: u32,
    /// The class itself.
    pub(crate) content: &'p PolicyClass,
    /// What stands there.
    pub(crate) leaf: Leaf,
}

impl Policy {
    /// What a path is; `Ok(None)` if no route matches it.
    ///
    /// The whole text is the path: nothing is trimmed, decoded or repaired. A redirect is answered as such and not
    /// followed.
    ///
    /// # Errors
    /// [`BadPath`] if the text is no path, or beyond the policy's limits.
    #[inline]
    pub fn classify(&self, path: &str) -> Result<Option<Classification<'_>>, BadPath> {
        let artifact = self.core();
        match artifact.index.find(path.as_bytes(), &artifact.limits) {
            Some(pattern) => Ok(self.classified(pattern)),
            None => Path::parse(path, &artifact.limits).map(|_| None),
        }
    }

    /// As [`Policy::classify`] for many paths, several at once: faster from about a hundred thousand routes on. Appends
    /// one answer a path; `None` also for what is no path.
    pub fn classify_batch<'p>(&'p self, paths: &[&str], answers: &mut Vec<Option<Classification<'p>>>) {
        let artifact = self.core();
        for paths in paths.chunks(LANES) {
            let mut texts = [&b""[..]; LANES];
            let mut found = [None; LANES];
            for (text, path) in texts.iter_mut().zip(paths) {
                *text = path.as_bytes();
            }
            let texts = texts.get(..paths.len()).unwrap_or_default();
            artifact.index.find_batch(texts, &artifact.limits, &mut found);
            let found = found.iter().take(paths.len());
            answers.extend(found.map(|pattern| pattern.and_then(|pattern| self.classified(pattern))));
        }
    }

    #[inline]
    fn classified(&self, pattern: u32) -> Option<Classification<'_>> {
        let index = &self.core().index;
        let class = index.class(pattern)?;
        match index.leaf(pattern) {
            Leaf::Route(route) => Some(Classification { class, route: Some(route), redirect: None }),
            Leaf::Redirect(number) => {
                let target = self.redirect(number)?;
                Some(Classification { class, route: None, redirect: Some(target) })
            }
        }
    }

    /// The class and leaf of a text, and the text as a path; `None` if it is no path, or no route matches it.
    #[inline]
    pub(crate) fn locate<'t>(&self, text: &'t str) -> Option<(Path<'t>, Walked<'_>)> {
        let artifact = self.core();
        let (pattern, path) = artifact.index.locate(text, &artifact.limits)?;
        let class = artifact.index.class(pattern)?;
        let content = artifact.classes.get(class as usize)?;
        Some((path, Walked { class, content, leaf: artifact.index.leaf(pattern) }))
    }

    /// The target of a redirect.
    pub(crate) fn redirect(&self, number: u32) -> Option<&str> {
        self.core().redirects.get(number as usize).map(|redirect| redirect.to.as_str())
    }

    /// The captures of a route in a path that it was selected for, in path order: name and segment.
    pub fn captures<'p>(&'p self, route: u32, path: &'p str) -> impl Iterator<Item = (&'p str, &'p str)> {
        let named = self.artifact().texts.routes.get(route as usize).map_or(&[][..], |text| &text.captures);
        let segments = path.strip_prefix('/').unwrap_or("").split('/').enumerate();
        let mut named = named.iter().peekable();
        segments.filter_map(move |(at, segment)| {
            let (_, name) = named.next_if(|(place, _)| usize::from(*place) == at)?;
            Some((name.as_str(), segment))
        })
    }
}
