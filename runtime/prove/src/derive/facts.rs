//! What the prover knows: public facts by the columns that have values, and its own held facts and stake.
//!
//! Values are numbered, so that joins compare integers. An index of a relation is an order of its rows, made when a
//! search first asks for these columns.

use dregg_air::source;
use dregg_commit::{Digest, FactElements};
use foldhash::fast::RandomState;
use std::cmp::Ordering;
use std::collections::{BTreeMap, HashMap};
use std::sync::OnceLock;

/// A fact that a proof takes from a tree, or a tuple that it shows absent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BaseFact {
    /// Where it comes from (see [`dregg_air::source`]); never derived, never the caller.
    pub source: u64,
    /// The element of the relation; 0 for a stake.
    pub predicate: u64,
    /// How many arguments there are.
    pub arity: usize,
    /// The arguments; zeros where there are none.
    pub arguments: [Digest; 4],
}

impl BaseFact {
    /// Whether it is a held fact: these count against [`HELD_FACTS`](super::HELD_FACTS).
    pub fn is_held(&self) -> bool {
        (0..4u8).map(Some).chain([None]).any(|column| self.source == source::credentials(column))
    }

    /// The fact without its source.
    pub fn elements(&self) -> FactElements {
        FactElements { relation: self.predicate, arity: self.arity, values: self.arguments }
    }
}

/// The number of a value.
pub(super) type Symbol = u32;

/// A tuple of symbols, [`NOTHING`] beyond its arity.
pub(super) type Row = [Symbol; 4];

/// No symbol: a column that is not there, or a variable without a value.
pub(super) const NOTHING: Symbol = Symbol::MAX;

/// Distinct values, numbered in order of their first use.
#[derive(Clone, Debug, Default)]
struct Symbols {
    /// Nothing ever iterates over it.
    numbers: HashMap<Digest, Symbol, RandomState>,
    digests: Vec<Digest>,
}

impl Symbols {
    fn find(&self, digest: &Digest) -> Option<Symbol> {
        self.numbers.get(digest).copied()
    }

    fn intern(&mut self, digest: &Digest) -> Symbol {
        let next = self.len();
        let number = *self.numbers.entry(*digest).or_insert(next);
        if number == next {
            self.digests.push(*digest);
        }
        number
    }

    fn len(&self) -> Symbol {
        Symbol::try_from(self.digests.len()).unwrap_or(NOTHING)
    }
}

/// The tuples of one relation.
#[derive(Debug, Default)]
pub(super) struct Table {
    /// Sorted, without duplicates.
    rows: Vec<Row>,
    /// For each set of columns the rows in their order, once it was asked for.
    orders: [OnceLock<Vec<u32>>; 16],
}

/// Rows with equal values in some columns.
#[derive(Clone, Copy, Debug)]
pub(super) struct Matches<'a> {
    rows: &'a [Row],
    order: &'a [u32],
}

impl<'a> Matches<'a> {
    pub(super) const NONE: Matches<'a> = Matches { rows: &[], order: &[] };

    pub(super) fn len(&self) -> usize {
        self.order.len()
    }

    /// Takes the first one away.
    pub(super) fn next(&mut self) -> Option<&'a Row> {
        let (first, rest) = self.order.split_first()?;
        self.order = rest;
        self.rows.get(*first as usize)
    }
}

impl Table {
    fn new(mut rows: Vec<Row>) -> Table {
        rows.sort_unstable();
        rows.dedup();
        Table { rows, orders: Default::default() }
    }

    /// The rows that agree with `key` in the columns whose bits are set.
    pub(super) fn matches(&self, columns: u8, key: &Row) -> Matches<'_> {
        let Some(order) = self.orders.get(usize::from(columns)) else { return Matches::NONE };
        let order = order.get_or_init(|| {
            let mut order: Vec<u32> = (0..).take(self.rows.len()).collect();
            // Stable: rows that agree stay in their order.
            order.sort_by(|one, other| compare(columns, self.row(*one), self.row(*other)));
            order
        });
        let start = order.partition_point(|at| compare(columns, self.row(*at), key).is_lt());
        let rest = order.get(start..).unwrap_or(&[]);
        let count = rest.partition_point(|at| compare(columns, self.row(*at), key).is_eq());
        Matches { rows: &self.rows, order: rest.get(..count).unwrap_or(&[]) }
    }

    fn row(&self, at: u32) -> &Row {
        self.rows.get(at as usize).unwrap_or(&[NOTHING; 4])
    }
}

fn compare(columns: u8, one: &Row, other: &Row) -> Ordering {
    let mut pairs = one.iter().zip(other).enumerate().filter(|(column, _)| columns >> column & 1 == 1);
    let different = pairs.find(|(_, (one, other))| one != other);
    different.map_or(Ordering::Equal, |(_, (one, other))| one.cmp(other))
}

/// The public facts under one root: the policy's, those stated beside it, and the reserved ones of large sets. Good for
/// many searches.
#[derive(Debug, Default)]
pub struct PublicFacts {
    symbols: Symbols,
    tables: BTreeMap<u64, Table>,
}

impl PublicFacts {
    /// Numbers and sorts them; in which order they come, and how often, makes no difference.
    pub fn new(facts: impl IntoIterator<Item = FactElements>) -> PublicFacts {
        let mut facts: Vec<FactElements> = facts.into_iter().collect();
        facts.sort_unstable();
        let mut symbols = Symbols::default();
        let mut rows: BTreeMap<u64, Vec<Row>> = BTreeMap::new();
        for fact in &facts {
            let row = row_of(fact.arity, &fact.values, |digest| symbols.intern(digest));
            rows.entry(fact.relation).or_default().push(row);
        }
        let tables = rows.into_iter().map(|(relation, rows)| (relation, Table::new(rows)));
        PublicFacts { symbols, tables: tables.collect() }
    }

    /// Whether a fact is among them.
    pub fn contains(&self, fact: &FactElements) -> bool {
        let row = row_of(fact.arity, &fact.values, |digest| self.symbols.find(digest).unwrap_or(NOTHING));
        self.tables.get(&fact.relation).is_some_and(|table| table.rows.binary_search(&row).is_ok())
    }
}

fn row_of(arity: usize, arguments: &[Digest; 4], mut symbol: impl FnMut(&Digest) -> Symbol) -> Row {
    let mut row = [NOTHING; 4];
    for (slot, argument) in row.iter_mut().zip(arguments.iter().take(arity)) {
        *slot = symbol(argument);
    }
    row
}

/// All that a prover knows when it looks for a derivation.
#[derive(Clone, Debug)]
pub struct Known<'a> {
    public: &'a PublicFacts,
    caller: Digest,
    own: Vec<BaseFact>,
}

impl<'a> Known<'a> {
    /// A caller without held facts and stake. `public` must be all public facts under the root: what is not among them is
    /// taken to be absent.
    pub fn new(public: &'a PublicFacts, caller: Digest) -> Known<'a> {
        Known { public, caller, own: Vec::new() }
    }

    /// Adds a held fact that the prover can show; `writer_column` as the relation has it.
    pub fn hold(&mut self, fact: &FactElements, writer_column: Option<u8>) {
        self.own.push(BaseFact {
            source: source::credentials(writer_column),
            predicate: fact.relation,
            arity: fact.arity,
            arguments: fact.values,
        });
    }

    /// Adds a stake that the prover can show.
    pub fn stake(&mut self, cell: Digest, amount: u64) {
        let arguments = [cell, Digest([amount, 0, 0, 0]), Digest::ZERO, Digest::ZERO];
        self.own.push(BaseFact { source: source::STAKE, predicate: 0, arity: 2, arguments });
    }

    /// The cell whose secret the prover knows.
    pub fn caller(&self) -> Digest {
        self.caller
    }

    /// Whether a proof could take this from a tree, or show it absent.
    pub fn contains(&self, fact: &BaseFact) -> bool {
        match fact.source {
            source::FACTS => self.public.contains(&fact.elements()),
            source::ABSENT | source::ABSENT_LONG => {
                fact.source == source::absent(fact.arity) && !self.public.contains(&fact.elements())
            }
            _ => self.own.contains(fact),
        }
    }
}

/// What one search sees: the same by number, with the values that only it has.
pub(super) struct World<'a> {
    public: &'a PublicFacts,
    /// Values that no public fact has; their numbers come after those.
    symbols: Symbols,
    own: BTreeMap<(u64, u64), Table>,
    pub(super) caller: Symbol,
    /// The caller as the one tuple of a relation.
    callers: Table,
}

impl<'a> World<'a> {
    pub(super) fn new(known: &Known<'a>) -> World<'a> {
        let mut world = World {
            public: known.public,
            symbols: Symbols::default(),
            own: BTreeMap::new(),
            caller: NOTHING,
            callers: Table::default(),
        };
        world.caller = world.intern(&known.caller);
        world.callers = Table::new(vec![[world.caller, NOTHING, NOTHING, NOTHING]]);
        let mut facts = known.own.clone();
        facts.sort_unstable();
        let mut rows: BTreeMap<(u64, u64), Vec<Row>> = BTreeMap::new();
        for fact in &facts {
            let row = row_of(fact.arity, &fact.arguments, |digest| world.intern(digest));
            rows.entry((fact.source, fact.predicate)).or_default().push(row);
        }
        world.own = rows.into_iter().map(|(key, rows)| (key, Table::new(rows))).collect();
        world
    }

    /// The number of a value; a new one if need be.
    pub(super) fn intern(&mut self, digest: &Digest) -> Symbol {
        match self.public.symbols.find(digest) {
            Some(number) => number,
            None => self.public.symbols.len().saturating_add(self.symbols.intern(digest)),
        }
    }

    /// The value of a number.
    pub(super) fn digest(&self, symbol: Symbol) -> Digest {
        let public = self.public.symbols.len();
        let found = match symbol.checked_sub(public) {
            None => self.public.symbols.digests.get(symbol as usize),
            Some(own) => self.symbols.digests.get(own as usize),
        };
        found.copied().unwrap_or(Digest::ZERO)
    }

    /// The integer a number stands for, if it is one of the language.
    pub(super) fn int(&self, symbol: Symbol) -> Option<u64> {
        int(&self.digest(symbol))
    }

    /// The caller.
    pub(super) fn the_caller(&self) -> Matches<'_> {
        self.callers.matches(0, &[NOTHING; 4])
    }

    /// The tuples of a base relation from one source.
    pub(super) fn table(&self, source: u64, predicate: u64) -> Option<&Table> {
        if source == source::FACTS {
            self.public.tables.get(&predicate)
        } else {
            self.own.get(&(source, predicate))
        }
    }
}

/// The integer that elements stand for, if they are one of the language.
pub(super) fn int(digest: &Digest) -> Option<u64> {
    let [int, rest @ ..] = digest.0;
    (int < dregg_artifact::value::INT_BOUND && rest == [0; 3]).then_some(int)
}
