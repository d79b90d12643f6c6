//! Specimens of commands, of facts of an engine and of facts of a view, as frames, and what every frame promises.

use unspent_model::{Command, CommandSeq, EngineFact, Sequenced, Timestamp, ViewFact};
use unspent_records::{
    Record, RecordError, decode_engine_fact, decode_view_fact, encode_command, encode_engine_fact, encode_view_fact,
};

/// When the commands were given.
pub const THEN: Timestamp = Timestamp(1_800_000_000_000_000_000);

/// What is written: the commands in their order from number 1 on, then the facts.
pub struct Specimens {
    pub commands: Vec<Command>,
    pub engine_facts: Vec<EngineFact>,
    pub view_facts: Vec<ViewFact>,
}

/// The kind of a frame; 0 of one that is too short to have one.
fn kind_of(frame: &[u8]) -> u16 {
    frame.first_chunk().map_or(0, |&kind| u16::from_le_bytes(kind))
}

/// A frame read and written again, of a command or a fact of either sort.
fn again(frame: &[u8]) -> Result<Vec<u8>, RecordError> {
    let mut bytes = Vec::new();
    match kind_of(frame) {
        0..300 => match Record::decode(frame)? {
            Record::Command(command) => encode_command(&command, &mut bytes),
            other => panic!("{other:?} is no command"),
        },
        300..400 => encode_engine_fact(&decode_engine_fact(frame)?, &mut bytes),
        _ => encode_view_fact(&decode_view_fact(frame)?, &mut bytes),
    }
    Ok(bytes)
}

/// What a frame says, in words: a record, or a fact of either sort.
pub fn said(frame: &[u8]) -> Result<String, RecordError> {
    match kind_of(frame) {
        0..300 => Record::decode(frame).map(|record| format!("{record:?}")),
        300..400 => decode_engine_fact(frame).map(|fact| format!("{fact:?}")),
        _ => decode_view_fact(frame).map(|fact| format!("{fact:?}")),
    }
}

impl Specimens {
    fn sequenced(&self) -> impl Iterator<Item = Sequenced> + '_ {
        let commands = (1..).map(CommandSeq).zip(self.commands.iter().cloned());
        commands.map(|(seq, command)| Sequenced { seq, at: THEN, command })
    }

    /// Their frames.
    pub fn frames(&self) -> Vec<Vec<u8>> {
        let frame = |write: &dyn Fn(&mut Vec<u8>)| {
            let mut bytes = Vec::new();
            write(&mut bytes);
            bytes
        };
        let commands = self.sequenced().map(|command| frame(&|into| encode_command(&command, into)));
        let facts = self.engine_facts.iter().map(|fact| frame(&|into| encode_engine_fact(fact, into)));
        let view = self.view_facts.iter().map(|fact| frame(&|into| encode_view_fact(fact, into)));
        commands.chain(facts).chain(view).collect()
    }

    /// The golden file was written once and is never made anew: a difference means that journals on disk have become
    /// unreadable.
    pub fn stay_as_they_are(&self, golden: &str) {
        let hex = |bytes: &Vec<u8>| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
        let frames = self.frames();
        let written: Vec<String> = frames.iter().map(hex).collect();
        assert_eq!(written, golden.lines().collect::<Vec<_>>(), "\n{}\n", written.join("\n"));
        let records = self.sequenced().map(|command| format!("{:?}", Record::Command(command)));
        let facts = self.engine_facts.iter().map(|fact| format!("{fact:?}"));
        let view = self.view_facts.iter().map(|fact| format!("{fact:?}"));
        let expected: Vec<String> = records.chain(facts).chain(view).collect();
        assert_eq!(frames.iter().map(|frame| said(frame).unwrap()).collect::<Vec<_>>(), expected);
    }

    /// Every byte must be there and none more.
    pub fn are_whole(&self) {
        for mut frame in self.frames() {
            for cut in 0..frame.len() {
                assert!(said(&frame[..cut]).is_err(), "cut at {cut}: {frame:?}");
            }
            frame.push(0);
            assert!(matches!(said(&frame), Err(RecordError::Trailing { bytes: 1, .. })), "{frame:?}");
        }
    }

    /// A frame with a byte changed behind its kind and version is read as it is written, or not at all.
    pub fn have_one_spelling(&self) {
        for frame in self.frames() {
            for at in 4..frame.len() {
                for value in [0, 1, 2, 0xff] {
                    let mut changed = frame.clone();
                    changed[at] = value;
                    if let Ok(again) = again(&changed) {
                        assert_eq!(again, changed, "byte {at} is {value}");
                    }
                }
            }
        }
    }
}
