//! Random flows: what happens next, drawn so that everything happens often, carried out on both venues, compared, and
//! when they differ, shrunk to a story.
//!
//! A step names what it acts on by a number that picks among what there is, so that it hits, and so that a flow with
//! steps taken away still means something.

pub mod chance;
pub mod draw;
pub mod make;
pub mod pair;
pub mod profile;
pub mod shrink;
pub mod step;
pub mod words;

use chance::Chance;
use pair::Pair;
use step::Step;

/// The steps that a source of chance comes to: `most` of them, or fewer when it ends.
pub fn draw_flow(chance: &mut Chance<'_>, most: usize) -> Vec<Step> {
    let profile = profile::Profile::draw(chance);
    let mut steps = Vec::new();
    while steps.len() < most && !chance.is_over() {
        steps.push(draw::step(chance, &profile));
    }
    steps
}

/// Carries out a flow on both venues, up to the first difference.
pub fn compare(steps: &[Step]) -> Result<(), String> {
    let mut pair = Pair::new()?;
    steps.iter().try_for_each(|step| pair.step(step))
}

/// What went wrong when a flow was carried out on both venues, if anything did; a panic is wrong too.
pub fn failure(steps: &[Step]) -> Option<String> {
    match std::panic::catch_unwind(|| compare(steps)) {
        Ok(outcome) => outcome.err(),
        Err(panic) => {
            let text = panic.downcast_ref::<String>().cloned();
            let text = text.or_else(|| panic.downcast_ref::<&str>().map(|&text| text.to_owned()));
            Some(format!("panicked: {}", text.unwrap_or_default()))
        }
    }
}

/// The flow shrunk as far as it still fails, told as a story.
pub fn story_of_failure(steps: &[Step]) -> String {
    let hook = std::panic::take_hook();
    std::panic::set_hook(Box::new(|_| ()));
    let shrunk = shrink::shrink(steps.to_vec(), &mut |steps| failure(steps).is_some());
    let what = failure(&shrunk).expect("a shrunk flow fails too");
    std::panic::set_hook(hook);
    format!("{}\n{what}", words::story(&shrunk))
}
