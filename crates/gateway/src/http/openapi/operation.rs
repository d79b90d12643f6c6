//! What a route is: its path, what it takes, what it answers.

use super::schema::Schema;
use crate::keys::Scope;

/// An HTTP method.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::http) enum Verb {
    Get,
    Post,
    Patch,
    Delete,
}

impl Verb {
    /// As the document names it.
    pub fn name(self) -> &'static str {
        match self {
            Verb::Get => "get",
            Verb::Post => "post",
            Verb::Patch => "patch",
            Verb::Delete => "delete",
        }
    }
}

/// Where operations stand together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::http) enum Tag {
    Market,
    Account,
    Orders,
    Venue,
}

impl Tag {
    /// Every tag: name and meaning.
    pub const ALL: [(&str, &str); 4] = [
        ("market", "What everybody may know of the market."),
        ("account", "What an account has and did."),
        ("orders", "What an account wants."),
        ("venue", "The venue itself."),
    ];

    /// As the document names it.
    pub fn name(self) -> &'static str {
        Tag::ALL[self as usize].0
    }
}

/// Where a parameter stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::http) enum Place {
    Path,
    Query,
    Header,
}

impl Place {
    /// As the document names it.
    pub fn name(self) -> &'static str {
        match self {
            Place::Path => "path",
            Place::Query => "query",
            Place::Header => "header",
        }
    }
}

/// A named value of a request.
#[derive(Clone, Copy, Debug)]
pub(in crate::http) struct Parameter {
    pub name: &'static str,
    pub place: Place,
    pub needed: bool,
    pub about: &'static str,
    pub schema: Schema,
    /// One value, as JSON.
    pub example: &'static str,
}

/// An answer that is no problem.
#[derive(Clone, Copy, Debug)]
pub(in crate::http) struct Good {
    pub status: u16,
    pub about: &'static str,
    pub media: &'static str,
    pub schema: Schema,
    /// Whether it says in `Location` where what was made is.
    pub location: bool,
}

impl Good {
    /// A named object, as JSON.
    pub const fn json(about: &'static str, shape: &'static str) -> Good {
        Good { status: 200, about, media: "application/json", schema: Schema::Shape(shape), location: false }
    }
}

/// A route.
#[derive(Clone, Copy, Debug)]
pub(in crate::http) struct Operation {
    pub verb: Verb,
    pub path: &'static str,
    /// What clients made from the document call it.
    pub id: &'static str,
    pub tag: Tag,
    pub summary: &'static str,
    pub about: &'static str,
    /// What the key must be allowed; `None`: no key is needed.
    pub scope: Option<Scope>,
    pub parameters: &'static [Parameter],
    /// The shape of its body.
    pub body: Option<&'static str>,
    pub good: &'static [Good],
    /// Whether its answer may be had as CSV, too.
    pub csv: bool,
    /// The HTTP statuses of its problems, beside those that [`Operation::problems`] adds.
    pub bad: &'static [u16],
    /// Whether it is counted and read whole, and so has the problems of every request that is.
    pub reads: bool,
}

impl Operation {
    /// Takes nothing, reads nothing.
    pub const PLAIN: Operation = Operation {
        verb: Verb::Get,
        path: "",
        id: "",
        tag: Tag::Market,
        summary: "",
        about: "",
        scope: None,
        parameters: &[],
        body: None,
        good: &[],
        csv: false,
        bad: &[],
        reads: false,
    };
    /// For everybody.
    pub const PUBLIC: Operation = Operation { reads: true, ..Operation::PLAIN };
    /// For keys that may look.
    pub const READ: Operation = Operation { scope: Some(Scope::Read), ..Operation::PUBLIC };
    /// For keys that may trade.
    pub const TRADE: Operation = Operation { scope: Some(Scope::Trade), ..Operation::PUBLIC };
    /// For keys that may operate the venue.
    pub const ADMIN: Operation = Operation { scope: Some(Scope::Admin), ..Operation::PUBLIC };

    /// The HTTP statuses of all its problems, ascending.
    pub fn problems(&self) -> Vec<u16> {
        let reading: &[u16] = if self.reads { &[400, 408, 413, 429, 503] } else { &[] };
        let private: &[u16] = if self.scope.is_some() { &[401, 403] } else { &[] };
        let mut statuses = [reading, private, self.bad].concat();
        statuses.sort_unstable();
        statuses.dedup();
        statuses
    }
}
