//! From a flow that fails to a short one that fails.

use super::step::Step;

/// Takes away runs of steps, then single ones, then parts of steps, as long as what is left fails.
pub fn shrink(mut steps: Vec<Step>, fails: &mut dyn FnMut(&[Step]) -> bool) -> Vec<Step> {
    // What comes after the first failure is nothing to do with it.
    let (mut low, mut high) = (0, steps.len());
    while low + 1 < high {
        let middle = low.midpoint(high);
        if fails(&steps[..middle]) { high = middle } else { low = middle }
    }
    steps.truncate(high);
    loop {
        let before = steps.clone();
        let mut run = steps.len() / 2;
        while run >= 1 {
            let mut at = 0;
            while at < steps.len() {
                let mut fewer = steps.clone();
                fewer.drain(at..(at + run).min(steps.len()));
                if fails(&fewer) { steps = fewer } else { at += run }
            }
            run /= 2;
        }
        for at in 0..steps.len() {
            while let Some(simpler) = steps[at].simpler().into_iter().find(|simpler| {
                let mut other = steps.clone();
                other[at] = simpler.clone();
                fails(&other)
            }) {
                steps[at] = simpler;
            }
        }
        if steps == before {
            return steps;
        }
    }
}
