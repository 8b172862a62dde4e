//! From a path to its policy class, route and captures.
//!
//! The DFA names the class; the trie names the route. Nothing here looks at rules or facts.

use crate::policy::Policy;
use dregg_artifact::{BadPath, ClassKind, Leaf, Path, PolicyClass};

/// What a path is, before anybody asks for access to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Classification<'p> {
    /// The number of the policy class: for a redirect the redirect's own.
    pub class: u32,
    /// The number of the selected route; `None` for a redirect.
    pub route: Option<u32>,
    /// The selected route as the policy writes it; `None` for a redirect.
    pub route_path: Option<String>,
    /// The captures of the route, in path order: name and segment.
    pub captures: Vec<(&'p str, &'p str)>,
    /// The target, if the path is redirected.
    pub redirect: Option<&'p str>,
}

/// A path that the DFA accepts, with everything a decision needs to know of it.
pub(crate) struct Walked<'p> {
    /// The number of the policy class.
    pub(crate) class: u32,
    /// The class itself.
    pub(crate) content: &'p PolicyClass,
    /// What the trie says stands there.
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
    pub fn classify<'p>(&'p self, path: &'p str) -> Result<Option<Classification<'p>>, BadPath> {
        let path = Path::parse(path, &self.artifact().limits)?;
        let Some(walked) = self.walk(path) else { return Ok(None) };
        let class = walked.class;
        Ok(match walked.leaf {
            Leaf::Redirect(number) => self.redirect(number).map(|target| Classification {
                class,
                route: None,
                route_path: None,
                captures: Vec::new(),
                redirect: Some(target),
            }),
            Leaf::Route(route) => Some(Classification {
                class,
                route: Some(route),
                route_path: self.route_path(route),
                captures: self.captures(route, path),
                redirect: None,
            }),
        })
    }

    /// The class and leaf of a path; `None` if the DFA rejects it.
    ///
    /// INVARIANT: DFA and trie are two forms of one language, which the compiler has proved. Where a hand-made artifact
    /// breaks that, the path has no route: the two must agree that it is this redirect, or that it is none.
    pub(crate) fn walk(&self, path: Path<'_>) -> Option<Walked<'_>> {
        let artifact = self.artifact();
        let class = artifact.dfa.classify(path)?;
        let content = artifact.classes.get(class as usize)?;
        let leaf = artifact.index.find(path)?;
        let agree = match (&content.kind, leaf) {
            (ClassKind::Redirect(one), Leaf::Redirect(other)) => *one == other,
            (ClassKind::Route | ClassKind::Gateway(_), Leaf::Route(_)) => true,
            (ClassKind::Redirect(_), Leaf::Route(_))
            | (ClassKind::Route | ClassKind::Gateway(_), Leaf::Redirect(_)) => false,
        };
        agree.then_some(Walked { class, content, leaf })
    }

    /// The target of a redirect.
    pub(crate) fn redirect(&self, number: u32) -> Option<&str> {
        self.artifact().redirects.get(number as usize).map(|redirect| redirect.to.as_str())
    }

    fn captures<'p>(&'p self, route: u32, path: Path<'p>) -> Vec<(&'p str, &'p str)> {
        let named = self.artifact().texts.routes.get(route as usize).map_or(&[][..], |text| &text.captures);
        let captures =
            named.iter().filter_map(|(at, name)| Some((name.as_str(), path.segment(usize::from(*at))?)));
        captures.collect()
    }
}
