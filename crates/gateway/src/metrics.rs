//! What the venue can be watched by, in the text format of OpenMetrics.
//!
//! Counted on the publisher's thread and at the rim, never on the engine's. What is a state and no count is read when somebody
//! asks ([`Metrics::text`]).

use crate::outbox::CloseCode;
use crate::road::Released;
use crate::stats::Stats;
use prometheus_client::encoding::text::encode;
use prometheus_client::encoding::{EncodeLabelSet, EncodeLabelValue, LabelValueEncoder};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::{Histogram, exponential_buckets};
use prometheus_client::registry::{Registry, Unit};
use std::fmt;
use std::fmt::Write;
use std::time::Duration;
use unspent_model::{Programme, Reject, Reply, Timestamp};
use unspent_protocol::Method;

/// A command of this kind came to this.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Carried {
    kind: Kind,
    outcome: Outcome,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Kind(Option<Method>);

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Outcome {
    Done,
    Refused,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Refused {
    reason: Reason,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Reason(Reject);

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Closed {
    code: u16,
}

impl EncodeLabelValue for Kind {
    fn encode(&self, encoder: &mut LabelValueEncoder<'_>) -> fmt::Result {
        encoder.write_str(self.0.map_or("venue", Method::name))
    }
}

impl EncodeLabelValue for Outcome {
    fn encode(&self, encoder: &mut LabelValueEncoder<'_>) -> fmt::Result {
        encoder.write_str(match self {
            Outcome::Done => "done",
            Outcome::Refused => "refused",
        })
    }
}

impl EncodeLabelValue for Reason {
    fn encode(&self, encoder: &mut LabelValueEncoder<'_>) -> fmt::Result {
        encoder.write_str(self.0.name())
    }
}

/// States, read when somebody asks.
#[derive(Debug, Default)]
struct Gauges {
    ready: Gauge,
    connections: Gauge,
    engine_queue: Gauge,
    publisher_queue: Gauge,
    last_seq: Gauge,
    journal_bytes: Gauge,
    journal_batches: Gauge,
    disk_short: Gauge,
    replayed: Gauge,
}

/// A programme.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OfProgramme {
    programme: String,
}

/// What is known besides what was counted, at the time of asking.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Now<'a> {
    pub stats: &'a Stats,
    pub engine_queue: usize,
    pub publisher_queue: usize,
    pub disk_short: bool,
}

/// Everything that is counted.
#[derive(Debug)]
pub(crate) struct Metrics {
    registry: Registry,
    commands: Family<Carried, Counter>,
    refusals: Family<Refused, Counter>,
    closed: Family<Closed, Counter>,
    withheld: Counter,
    batch_commands: Histogram,
    batch_sync: Histogram,
    acknowledged: Histogram,
    expired: Family<OfProgramme, Gauge>,
    gauges: Gauges,
}

impl Metrics {
    pub fn new() -> Metrics {
        let mut registry = Registry::with_prefix("unspent");
        let seconds = || Histogram::new(exponential_buckets(0.000_05, 2.0, 18));
        let metrics = Metrics {
            commands: Family::default(),
            refusals: Family::default(),
            closed: Family::default(),
            withheld: Counter::default(),
            batch_commands: Histogram::new(exponential_buckets(1.0, 2.0, 13)),
            batch_sync: seconds(),
            acknowledged: seconds(),
            expired: Family::default(),
            gauges: Gauges::default(),
            registry: Registry::default(),
        };
        registry.register("commands", "Commands told, by method and outcome", metrics.commands.clone());
        registry.register("refusals", "Requests refused, by reason, before or by the engine", metrics.refusals.clone());
        registry.register("closed_connections", "Connections that the venue closed, by code", metrics.closed.clone());
        registry.register(
            "withheld_updates",
            "Updates that were withheld from slow listeners, to be replaced by a snapshot",
            metrics.withheld.clone(),
        );
        registry.register("batch_commands", "Commands in one batch of the journal", metrics.batch_commands.clone());
        let help = "How long the write and the sync of one batch took";
        registry.register_with_unit("batch_sync", help, Unit::Seconds, metrics.batch_sync.clone());
        let help = "From reading a command to handing its answer to the connection";
        registry.register_with_unit("acknowledgement", help, Unit::Seconds, metrics.acknowledged.clone());
        registry.register(
            "expired_unused_dollars",
            "Dollars of face that accounts held when their month ended, by programme",
            metrics.expired.clone(),
        );
        let gauges = &metrics.gauges;
        for (name, help, gauge) in [
            ("ready", "1 when the venue takes orders", &gauges.ready),
            ("connections", "Open websockets", &gauges.connections),
            ("engine_queue", "Commands that wait for the engine", &gauges.engine_queue),
            ("publisher_queue", "Messages that wait for the publisher", &gauges.publisher_queue),
            ("last_seq", "The last command on disk", &gauges.last_seq),
            ("journal_written_bytes", "Bytes written to the journal since the start", &gauges.journal_bytes),
            ("journal_batches", "Batches written to the journal since the start", &gauges.journal_batches),
            ("disk_short", "1 while the disk is nearly full and orders are refused", &gauges.disk_short),
            ("replayed_seq", "The last command replayed by the start", &gauges.replayed),
        ] {
            registry.register(name, help, gauge.clone());
        }
        Metrics { registry, ..metrics }
    }

    /// Counts a batch that is on disk, which took so long to write, and is told at `now`.
    pub fn batch(&self, batch: &Released, now: Timestamp) {
        if batch.applied.is_empty() {
            return;
        }
        self.batch_commands.observe(batch.applied.len() as f64);
        self.batch_sync.observe(batch.journal.took.as_secs_f64());
        // A batch has few kinds of commands: each is counted once.
        let mut counted: Vec<(Carried, u64)> = Vec::with_capacity(8);
        for applied in &batch.applied {
            let outcome = match applied.answer.reply() {
                Some(Reply::Rejected(rejection)) => {
                    self.refusal(rejection.reject);
                    Outcome::Refused
                }
                _ => Outcome::Done,
            };
            let label = Carried { kind: Kind(applied.origin.map(|origin| origin.method)), outcome };
            match counted.iter_mut().find(|(known, _)| *known == label) {
                Some((_, count)) => *count += 1,
                None => counted.push((label, 1)),
            }
            if let Some(origin) = applied.origin {
                let took = Duration::from_nanos(now.0.saturating_sub(origin.time_in.0));
                self.acknowledged.observe(took.as_secs_f64());
            }
        }
        for (label, count) in counted {
            self.commands.get_or_create(&label).inc_by(count);
        }
    }

    /// Counts a refused request.
    pub fn refusal(&self, reject: Reject) {
        self.refusals.get_or_create(&Refused { reason: Reason(reject) }).inc();
    }

    /// Counts a connection that the venue closes.
    pub fn closed(&self, code: CloseCode) {
        self.closed.get_or_create(&Closed { code: code as u16 }).inc();
    }

    /// Counts an update that somebody was too slow for.
    pub fn withheld(&self) {
        self.withheld.inc();
    }

    /// How many dollars of face of a programme expired unused.
    pub fn expired(&self, programme: &Programme, dollars: u64) {
        let label = OfProgramme { programme: programme.to_string() };
        self.expired.get_or_create(&label).set(gauge(dollars));
    }

    /// How far the replay is.
    pub fn replayed(&self, seq: u64) {
        self.gauges.replayed.set(gauge(seq));
    }

    /// Everything as text. `now` is `None` while there is no venue.
    pub fn text(&self, now: Option<Now<'_>>) -> String {
        let gauges = &self.gauges;
        if let Some(now) = now {
            let stats = now.stats;
            gauges.connections.set(gauge(Stats::get(&stats.connections)));
            gauges.engine_queue.set(gauge(now.engine_queue as u64));
            gauges.publisher_queue.set(gauge(now.publisher_queue as u64));
            gauges.last_seq.set(gauge(Stats::get(&stats.seq)));
            gauges.journal_bytes.set(gauge(Stats::get(&stats.journal_bytes)));
            gauges.journal_batches.set(gauge(Stats::get(&stats.journal_batches)));
            gauges.disk_short.set(i64::from(now.disk_short));
        }
        gauges.ready.set(i64::from(now.is_some_and(|now| !now.disk_short)));
        let mut text = String::with_capacity(8 << 10);
        encode(&mut text, &self.registry).expect("text is written into memory");
        text
    }
}

fn gauge(value: u64) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_counted_is_told_by_name_and_label() {
        let metrics = Metrics::new();
        metrics.refusal(Reject::Busy);
        metrics.refusal(Reject::Busy);
        metrics.closed(CloseCode::SlowConsumer);
        metrics.replayed(17);
        metrics.expired(&Programme::parse("AWS-ACT").unwrap(), 61_000);
        let stats = Stats::default();
        Stats::set(&stats.seq, 99);
        let now = Now { stats: &stats, engine_queue: 3, publisher_queue: 0, disk_short: true };
        let text = metrics.text(Some(now));
        for line in [
            "unspent_refusals_total{reason=\"busy\"} 2",
            "unspent_closed_connections_total{code=\"4008\"} 1",
            "unspent_replayed_seq 17",
            "unspent_expired_unused_dollars{programme=\"AWS-ACT\"} 61000",
            "unspent_last_seq 99",
            "unspent_engine_queue 3",
            "unspent_disk_short 1",
            "unspent_ready 0",
            "# TYPE unspent_acknowledgement_seconds histogram",
            "# EOF",
        ] {
            assert!(text.lines().any(|told| told == line), "{line}\n{text}");
        }
        let text = metrics.text(Some(Now { disk_short: false, ..now }));
        assert!(text.contains("unspent_ready 1\n"));
        assert!(metrics.text(None).contains("unspent_ready 0\n"));
    }

    #[test]
    fn dashboards_and_alerts_name_what_is_told() {
        let metrics = Metrics::new();
        metrics.refusal(Reject::Busy);
        metrics.closed(CloseCode::Restart);
        let label = Carried { kind: Kind(None), outcome: Outcome::Done };
        metrics.commands.get_or_create(&label).inc();
        let text = metrics.text(None);
        for file in ["ops/grafana/unspent.json", "ops/prometheus/alerts.yml"] {
            let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(file);
            let watched = std::fs::read_to_string(path).unwrap();
            let words = watched.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
            let names: Vec<&str> = words.filter(|word| word.starts_with("unspent_")).collect();
            assert!(names.len() > 5, "{file}");
            for name in names {
                let told = text.lines().filter_map(|line| line.strip_prefix(name));
                let told = told.into_iter().any(|rest| rest.starts_with([' ', '{']) || rest.starts_with("_count "));
                assert!(told, "{file}: {name} is not told");
            }
        }
    }
}
