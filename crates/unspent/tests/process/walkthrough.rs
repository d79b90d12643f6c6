//! Every command of `docs/walkthrough.md`, in its order, against a real server in a directory of its own.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

/// The blocks of a language, in order.
fn blocks<'a>(text: &'a str, language: &str) -> Vec<&'a str> {
    let fence = format!("```{language}\n");
    text.split(&fence).skip(1).map(|rest| rest.split("```").next().expect("a block ends")).collect()
}

/// Words as a shell takes them apart: double quotes keep spaces.
fn words(line: &str) -> Vec<String> {
    let (mut words, mut word, mut quoted) = (Vec::new(), String::new(), false);
    for c in line.chars() {
        match c {
            '"' => quoted = !quoted,
            ' ' if !quoted => words.extend((!word.is_empty()).then(|| std::mem::take(&mut word))),
            c => word.push(c),
        }
    }
    words.extend((!word.is_empty()).then_some(word));
    words
}

/// A server that ends with the test.
struct Venue {
    child: Child,
    url: String,
    desk: String,
}

impl Drop for Venue {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn serve(dir: &Path, arguments: &[String]) -> Venue {
    let mut command = Command::new(env!("CARGO_BIN_EXE_unspent"));
    command.current_dir(dir).args(arguments);
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
    let (mut url, mut desk) = (String::new(), String::new());
    while url.is_empty() {
        let line = lines.next().expect("the server listens");
        if let Some(address) = line.strip_prefix("listening to the operator on ") {
            desk = address.to_owned();
        } else if let Some(address) = line.strip_prefix("listening on ") {
            url = address.to_owned();
        }
    }
    std::thread::spawn(move || lines.for_each(drop));
    Venue { child, url, desk }
}

#[test]
fn every_command_of_the_walkthrough_does_what_it_says() {
    let text = include_str!("../../../../docs/walkthrough.md");
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("venue.toml"), blocks(text, "toml")[0]).unwrap();
    let month = unspent_protocol::print_time(unspent_gateway::now())[..7].to_owned();
    let (mut venue, mut done): (Option<Venue>, Vec<(String, String)>) = (None, Vec::new());
    let blocks = blocks(text, "sh");
    let lines = blocks.iter().flat_map(|block| block.lines()).filter(|line| !line.starts_with('#') && !line.is_empty());
    for line in lines {
        let mut arguments = words(&line.replace("THIS-MONTH", &month));
        assert_eq!(arguments.remove(0), "unspent", "{line}");
        if arguments[0] == "serve" {
            let at = arguments.iter().position(|word| word == "--admin-listen").expect("the operator listens");
            let option = arguments.remove(at);
            // The documented ports may be taken.
            let any = || "127.0.0.1:0".to_owned();
            arguments.extend(["--listen".to_owned(), any(), option, any()]);
            venue = Some(serve(dir.path(), &arguments));
            continue;
        }
        let mut command = Command::new(env!("CARGO_BIN_EXE_unspent"));
        command.current_dir(dir.path()).args(&arguments);
        if let Some(Venue { url, desk, .. }) = &venue {
            let http = url.replace("ws://", "http://").replace("/ws", "");
            command.env("UNSPENT_URL", url).env("UNSPENT_HTTP_URL", http).env("UNSPENT_ADMIN_URL", desk);
        }
        let output = command.output().unwrap();
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(output.status.success(), "{line}\n{said}{}", String::from_utf8_lossy(&output.stderr));
        done.push((line.to_owned(), said));
        if arguments[0] == "keys" {
            // A running venue looks at its keys four times a second.
            std::thread::sleep(std::time::Duration::from_millis(600));
        }
    }
    let said = |part: &str| {
        let found = done.iter().filter(|(line, _)| line.contains(part)).map(|(_, said)| said.as_str());
        found.collect::<Vec<_>>().join("\n")
    };
    assert!(done.len() > 35, "{} commands", done.len());
    assert!(said("the same wire").contains("taken before"), "{}", said("the same wire"));
    assert!(said("account --key-file team.key").contains("AWS-ACT-1K-202712"), "June's buyer has December's credits");
    assert!(said("settlements --key-file team.key").contains("held_back"), "{}", said("settlements"));
    assert!(said("wire-4714").contains("another operator"), "{}", said("wire-4714"));
    let listed = said("holdings list --key-file startup.key");
    assert!(listed.contains("90000001") && listed.contains("$40,000 of AWS-ACT-1K-202706"), "{listed}");
    assert!(said("reconcile").contains("to the cent and to the lot"), "{}", said("reconcile"));
    assert!(said("--account startup --month").contains("reconciles with the ledger"), "{}", said("statement"));
}
