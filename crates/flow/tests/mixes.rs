//! The mixes are what their descriptions say, judged by a book that the generator does not know.

use std::collections::BTreeMap;
use unspent_flow::{Flow, Mix, Op};
use unspent_model::{Lots, OrderId, Price, Side};

/// Orders by priority: (rank of the price, id) → lots; ids grow with time and nothing is ever amended.
#[derive(Default)]
struct Book {
    sides: [BTreeMap<(u32, OrderId), u32>; 2],
    places: BTreeMap<OrderId, (usize, u32)>,
}

fn rank(side: Side, price: Price) -> (usize, u32) {
    match side {
        Side::Buy => (0, u32::MAX - price.0),
        Side::Sell => (1, price.0),
    }
}

impl Book {
    /// Trades what crosses; returns the lots left and how many makers left.
    fn take(&mut self, side: Side, price: Price, lots: Lots) -> (u32, u32) {
        let (mut leaves, mut gone) = (lots.0, 0);
        let (opposite, limit) = rank(side.opposite(), price);
        while let Some(mut maker) =
            self.sides[opposite].first_entry().filter(|maker| maker.key().0 <= limit && leaves > 0)
        {
            let lots = leaves.min(*maker.get());
            leaves -= lots;
            *maker.get_mut() -= lots;
            if *maker.get() == 0 {
                self.places.remove(&maker.remove_entry().0.1);
                gone += 1;
            }
        }
        (leaves, gone)
    }

    fn apply(&mut self, op: Op) -> (u32, u32) {
        match op {
            Op::Add { id, side, price, lots } => {
                let (leaves, gone) = self.take(side, price, lots);
                if leaves > 0 {
                    let (index, rank) = rank(side, price);
                    self.sides[index].insert((rank, id), leaves);
                    self.places.insert(id, (index, rank));
                }
                (leaves, gone)
            }
            Op::Ioc { side, price, lots, .. } => self.take(side, price, lots),
            Op::Cancel { id } => {
                let (index, rank) = self.places.remove(&id).expect("a cancelled order rests");
                self.sides[index].remove(&(rank, id)).expect("a cancelled order rests");
                (0, 1)
            }
            Op::Reduce { .. } => unreachable!("the mixes do not reduce"),
        }
    }

    fn levels(&self, index: usize) -> usize {
        let mut ranks: Vec<_> = self.sides[index].keys().map(|key| key.0).collect();
        ranks.dedup();
        ranks.len()
    }
}

fn opened(mix: Mix, seed: u64) -> (Flow, Book, u64) {
    let flow = Flow::new(mix, seed);
    let mut book = Book::default();
    let mut last = 0;
    for &op in flow.opening() {
        let Op::Add { id, lots, .. } = op else { panic!("{op:?} opens") };
        assert_eq!(id, OrderId(last + 1));
        last += 1;
        assert_eq!(book.apply(op), (lots.0, 0), "{op:?} crosses");
    }
    (flow, book, last)
}

/// Runs `count` operations; returns how many were adds, cancels and IOC.
fn run(flow: &mut Flow, book: &mut Book, mut last: u64, count: usize) -> [usize; 3] {
    let mut counts = [0; 3];
    for op in flow.take(count) {
        let id = match op {
            Op::Add { id, price, .. } | Op::Ioc { id, price, .. } => {
                assert!((1..=10_000).contains(&price.0), "{op:?}");
                Some(id)
            }
            _ => None,
        };
        if let Some(id) = id {
            assert_eq!(id, OrderId(last + 1), "ids have a gap");
            last += 1;
        }
        let (leaves, _) = book.apply(op);
        counts[match op {
            Op::Add { .. } => 0,
            Op::Cancel { .. } => 1,
            _ => 2,
        }] += 1;
        assert!(!matches!(op, Op::Ioc { lots, .. } if leaves == lots.0), "{op:?} trades nothing");
    }
    counts
}

#[test]
fn mixed_keeps_ten_thousand_orders_and_its_shares() {
    let (mut flow, mut book, last) = opened(Mix::Mixed, 3);
    assert_eq!(book.places.len(), 10_000);
    let [adds, cancels, iocs] = run(&mut flow, &mut book, last, 200_000);
    assert_eq!(book.places.len(), flow.resting());
    assert!((9_400..=10_600).contains(&book.places.len()), "{}", book.places.len());
    assert!((117_000..=123_000).contains(&adds), "{adds}");
    assert!((67_000..=73_000).contains(&cancels), "{cancels}");
    assert!((9_500..=10_500).contains(&iocs), "{iocs}");
}

#[test]
fn deep_keeps_its_levels() {
    let (mut flow, mut book, last) = opened(Mix::Deep, 3);
    assert_eq!(book.places.len(), 100_000);
    assert_eq!((book.levels(0), book.levels(1)), (1_000, 1_000));
    let [adds, cancels, iocs] = run(&mut flow, &mut book, last, 200_000);
    assert_eq!(book.places.len(), flow.resting());
    assert!(book.places.len() >= 94_900, "{}", book.places.len());
    // The IOC orders thin out the few dozen levels next to the mid.
    assert!(book.levels(0) >= 940 && book.levels(1) >= 940, "{} and {}", book.levels(0), book.levels(1));
    assert!((94_000..=102_000).contains(&adds), "{adds}");
    assert!((94_000..=102_000).contains(&cancels), "{cancels}");
    assert!((3_700..=4_300).contains(&iocs), "{iocs}");
}

#[test]
fn a_sweep_takes_twenty_levels_and_they_come_back() {
    let (flow, mut book, _) = opened(Mix::Sweeps, 3);
    assert_eq!((book.levels(0), book.levels(1)), (1_000, 1_000));
    for (i, op) in flow.take(201 * 50).enumerate() {
        let before = [book.levels(0), book.levels(1)];
        let (leaves, gone) = book.apply(op);
        if i % 201 == 0 {
            let Op::Ioc { side, .. } = op else { panic!("{op:?} begins a round") };
            let swept = rank(side.opposite(), Price(1)).0;
            assert_eq!(before, [1_000, 1_000]);
            assert_eq!((leaves, gone, book.levels(swept)), (0, 200, 980));
        } else {
            let Op::Add { lots, .. } = op else { panic!("{op:?} is in a round") };
            assert_eq!((leaves, gone), (lots.0, 0));
        }
    }
    assert_eq!(book.places.len(), 20_000);
}

#[test]
fn the_same_seed_gives_the_same_flow_and_another_gives_another() {
    let flow = |seed| Flow::new(Mix::Mixed, seed).take(1_000).collect::<Vec<_>>();
    assert_eq!(flow(5), flow(5));
    assert_ne!(flow(5), flow(6));
}
