//! Listings of providers and what of them can be listed.

use super::*;

const EXAMPLE: &str = include_str!("../../../../fixtures/billing/aws_get_credits_example.json");
const MARKET: &str = include_str!("../../../../fixtures/catalogue/2026-11-21.toml");
const DEMO: &str = include_str!("../../../../fixtures/catalogue/demo.toml");

fn on(day: &str) -> Timestamp {
    Date::parse(day).unwrap().start()
}

fn demo() -> Catalogue {
    // With all face values, so that there is a choice.
    Catalogue::parse(&DEMO.replacen("faces = [1000]", "faces = [100, 1000, 10000]", 1)).unwrap()
}

fn listing(verdict: Verdict) -> Listing {
    match verdict {
        Verdict::Listed(listing) => *listing,
        Verdict::Refused { why, source } => panic!("{why} ({source})"),
    }
}

fn refused(verdict: Verdict) -> (String, String) {
    match verdict {
        Verdict::Refused { why, source } => (why, source),
        Verdict::Listed(listing) => panic!("{listing:?}"),
    }
}

fn said(split: &Split) -> String {
    let lots: Vec<String> = split.lots.iter().map(|(symbol, _, lots)| format!("{lots} {symbol}")).collect();
    format!("{} sell {} in {}, {} stay", lots.join(" + "), split.sells, split.pieces, split.stays)
}

#[test]
fn awss_own_listing_is_read_and_judged() {
    let credits = aws::read(EXAMPLE).unwrap();
    assert_eq!((credits[0].id.as_str(), credits[0].amount), ("90000001", Cash(5_801_112)));
    let one = listing(judge(&credits[0], &demo(), on("2026-11-21")));
    assert_eq!((one.month.text(), one.pieces, one.needs), ("202612".to_owned(), 99, None));
    assert_eq!(said(&one.splits[0]), "5 AWS-ACT-10K-202612 + 8 AWS-ACT-1K-202612 sell 58000 in 13, 11.12 stay");
    // It ends at the beginning of December's last day, so it does not outlive December.
    let (why, source) = refused(judge(&credits[1], &demo(), on("2026-11-21")));
    assert!(why.contains("the last month that it outlives is 202611, and the first that is listed is 202612"), "{why}");
    assert!(source.contains("docs/holdings.md"));
    // What the provider forbids is refused with who says so.
    let (why, source) = refused(judge(&credits[0], &Catalogue::parse(MARKET).unwrap(), on("2026-11-21")));
    assert_eq!(why, "AWS-ACT is prohibited: nobody may trade it");
    assert!(source.ends_with("of 2026-11-21"), "{source}");
}

#[test]
fn a_large_credit_is_sold_whole_in_large_lots_or_in_part_in_small_ones() {
    let text = "id,programme,amount,ends\nc1,AWS-ACT,150000,2027-06-30\n";
    let one = listing(judge(&csv::read(text).unwrap()[0], &demo(), on("2026-11-21")));
    let splits: Vec<String> = one.splits.iter().map(said).collect();
    assert_eq!(
        splits,
        [
            "15 AWS-ACT-10K-202706 sell 150000 in 15, 0.00 stay",
            "99 AWS-ACT-1K-202706 sell 99000 in 99, 51000.00 stay",
            "99 AWS-ACT-100-202706 sell 9900 in 99, 140100.00 stay",
        ]
    );
}

#[test]
fn every_reason_why_not_is_said() {
    let rows = [
        ("EUR,5000,2027-06-30,AWS-ACT", "it is counted in EUR"),
        ("USD,0,2027-06-30,AWS-ACT", "nothing is left of it"),
        ("USD,0.004,2027-06-30,AWS-ACT", "nothing is left of it"),
        ("USD,5000,2026-11-20,AWS-ACT", "it expired on 2026-11-20"),
        ("USD,5000,2027-06-30,AWS-XXX", "AWS-XXX is in no [[programme]]"),
        ("USD,5000,never,AWS-ACT", "has no PERP"),
        ("USD,99,2027-06-30,AWS-ACT", "less than one lot"),
        ("USD,5000,never,OAI-GRANT", "OAI-GRANT is prohibited"),
    ];
    for (row, says) in rows {
        let credits = csv::read(&format!("currency,amount,ends,programme,id\n{row},c1\n")).unwrap();
        let (why, _) = refused(judge(&credits[0], &demo(), on("2026-11-21")));
        assert!(why.contains(says), "{row}: {why}");
    }
    let mut credit = aws::read(EXAMPLE).unwrap().swap_remove(0);
    credit.enabled = false;
    assert!(refused(judge(&credit, &demo(), on("2026-11-21"))).0.contains("disabled"));
    credit.enabled = true;
    assert!(refused(judge(&credit, &demo(), on("2025-11-21"))).0.contains("begins on 2025-12-15 only"));
    credit.kind = Some("Refund".to_owned());
    assert!(refused(judge(&credit, &demo(), on("2026-11-21"))).0.contains("credits of the type \"Refund\""));
}

#[test]
fn a_quarter_end_is_found_below_an_end_between_two() {
    let text = "id,programme,amount,ends\nc1,AWS-ACT,1000,2027-09-15T00:00:00Z\nc2,AWS-ACT,1000,2027-09-30\n";
    let credits = csv::read(text).unwrap();
    let month = |credit| listing(judge(credit, &demo(), on("2026-11-21"))).month.text();
    assert_eq!((month(&credits[0]), month(&credits[1])), ("202706".to_owned(), "202709".to_owned()));
}

#[test]
fn a_wrong_table_says_where() {
    let cases = [
        ("id,programme,amount\n", "needs one column ends"),
        ("id,programme,amount,ends,colour\n", "colour is no column"),
        ("id,programme,amount,ends\nc1,AWS-ACT,x,never\n", "line 2: amount: x is no amount"),
        ("id,programme,amount,ends\nc1,AWS-ACT,5\n", "line 2: has 3 fields of 4"),
        ("id,programme,amount,ends\n\"c1,AWS-ACT,5,never\n", "line 2: has a double quote"),
        ("id,programme,amount,ends\nc1,AWS-ACT,5,soon\n", "line 2: ends: soon must be a day"),
        ("id,programme,amount,ends,pieces\nc1,AWS-ACT,5,never,0\n", "line 2: pieces: 0 is no number"),
    ];
    for (text, says) in cases {
        let error = format!("{:#}", csv::read(text).unwrap_err());
        assert!(error.contains(says), "{error}");
    }
    let quoted = csv::read("id,programme,amount,ends,about\nc1,AWS-ACT,5,never,\"a \"\"b\"\", c\"\n").unwrap();
    assert_eq!(quoted[0].about, "a \"b\", c");
}
