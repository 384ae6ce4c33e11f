//! A child process that is spoken to in lines. It can neither make us wait longer than we said, nor hold more than we asked for, nor
//! outlive us.
//!
//! One thread, `poll`, and pipes that never block on our side: there is no thread that a stubborn child could keep.

use crate::{Error, Result};
use rustix::event::{PollFd, PollFlags, poll};
use rustix::io::ioctl_fionbio;
use rustix::process::{Pid, Signal, WaitId, WaitIdOptions, WaitIdStatus, kill_process_group, waitid};
use std::io::{ErrorKind, Read, Write};
use std::os::unix::process::CommandExt;
use std::process::{Child, ChildStderr, ChildStdin, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

/// How often a silent child is looked after: its death may show in no pipe, if its own children hold them.
const LOOK: Duration = Duration::from_millis(50);
/// How long a child that closed a pipe may take to end, so that its status can be told.
const GRACE: Duration = Duration::from_secs(1);
/// How much of its standard error is kept, in bytes.
const KEPT: usize = 2048;
/// How much of its standard error is read at a time.
const GULP: u64 = 1 << 16;

/// A child process that leads a process group of its own. Its end, and that of its group, comes with the value's.
#[derive(Debug)]
pub(super) struct Process {
    child: Child,
    alive: bool,
    stdin: Option<ChildStdin>,
    stdout: ChildStdout,
    stderr: Option<ChildStderr>,
    /// What it said and was not yet read as a reply.
    heard: Vec<u8>,
    /// The end of its standard error.
    complaints: Vec<u8>,
}

/// What is wrong with a child, in words.
pub(super) type Wrong = String;

impl Process {
    pub(super) fn spawn(command: &[String]) -> Result<Self> {
        let Some((program, arguments)) = command.split_first() else {
            return Err(Error::new("the command of the adapter is empty; give a program and its arguments"));
        };
        let mut command = Command::new(program);
        command.args(arguments).process_group(0).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let refused =
            |error| Error::new(format!("cannot start '{}': {error}; is it installed and executable?", shown(program, 200)));
        let mut child = command.spawn().map_err(refused)?;
        let pipes = (child.stdin.take(), child.stdout.take(), child.stderr.take());
        let (Some(stdin), Some(stdout), Some(stderr)) = pipes else { unreachable!("three pipes were ordered") };
        let (stdin, stderr) = (Some(stdin), Some(stderr));
        let process = Process { child, alive: true, stdin, stdout, stderr, heard: vec![], complaints: vec![] };
        process.never_block().map_err(|error| Error::new(format!("cannot set up the pipes of '{program}': {error}")))?;
        Ok(process)
    }

    fn never_block(&self) -> std::io::Result<()> {
        self.stdin.iter().try_for_each(|pipe| ioctl_fionbio(pipe, true))?;
        ioctl_fionbio(&self.stdout, true)?;
        Ok(self.stderr.iter().try_for_each(|pipe| ioctl_fionbio(pipe, true))?)
    }

    /// Sends a line and waits until `end` for the line that answers it, which may have so many bytes.
    pub(super) fn exchange(&mut self, line: &[u8], most: usize, end: Instant) -> std::result::Result<Vec<u8>, Wrong> {
        let unasked = self.hear(most)?;
        if unasked.is_some() || !self.heard.is_empty() {
            self.heard.splice(..0, unasked.into_iter().flatten());
            return Err(format!("before it was asked, it said {}; it must send one line for one request", self.quote()));
        }
        let mut unsent = line;
        let mut dead = false;
        loop {
            self.send(&mut unsent)?;
            self.overhear();
            match self.hear(most)? {
                Some(reply) if !unsent.is_empty() => {
                    self.heard = reply;
                    return Err(format!("before it had read the request, it replied {}", self.quote()));
                }
                Some(reply) => return Ok(reply),
                None if dead => return Err(self.death()),
                None if Instant::now() >= end => return Err(self.silence()),
                None => {}
            }
            self.wait(!unsent.is_empty(), end);
            dead = self.status().is_some();
        }
    }

    /// Waits until `end` for a process that was told to go.
    pub(super) fn farewell(&mut self, end: Instant) -> std::result::Result<(), Wrong> {
        self.stdin = None;
        loop {
            self.overhear();
            let status = self.status();
            let more = (&mut self.stdout).take(GULP).read_to_end(&mut self.heard);
            if !self.heard.is_empty() {
                return Err(format!("it went on to say {}; it must send one line for one request", self.quote()));
            }
            match status {
                Some(status) if status.exit_status() == Some(0) => return Ok(()),
                Some(status) => return Err(format!("it {}; it must exit with status 0", ending(&status))),
                None if Instant::now() >= end => return Err("it did not exit; it must do so after its reply".into()),
                // A closed pipe would end every wait at once.
                None if more.is_ok() => std::thread::sleep(Duration::from_millis(1)),
                None => self.wait(false, end),
            }
        }
    }

    /// Kills it and every process of its group, whose number is nobody else's until it has been waited for.
    pub(super) fn end(&mut self) {
        if std::mem::take(&mut self.alive) {
            let _ = kill_process_group(Pid::from_child(&self.child), Signal::KILL);
            let _ = self.child.wait();
            self.overhear();
        }
    }

    /// Its last words on standard error.
    pub(super) fn last_words(&mut self) -> String {
        self.overhear();
        let text = String::from_utf8_lossy(&self.complaints);
        let lines: Vec<String> = text.lines().map(|line| shown(line, 200)).filter(|line| !line.is_empty()).collect();
        lines[lines.len().saturating_sub(4)..].join(" / ")
    }

    fn send(&mut self, unsent: &mut &[u8]) -> std::result::Result<(), Wrong> {
        let Some(stdin) = &mut self.stdin else { return Err(self.death()) };
        while !unsent.is_empty() {
            match stdin.write(unsent) {
                Ok(sent) => *unsent = &unsent[sent..],
                Err(error) if error.kind() == ErrorKind::WouldBlock => break,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(_) => return Err(self.death()),
            }
        }
        Ok(())
    }

    /// Reads what is there: a whole line, if there is one. Never holds more than `most` bytes and one.
    fn hear(&mut self, most: usize) -> std::result::Result<Option<Vec<u8>>, Wrong> {
        let (before, room) = (self.heard.len(), most + 1 - self.heard.len());
        let closed = (&mut self.stdout).take(room as u64).read_to_end(&mut self.heard).is_ok() && self.heard.len() <= most;
        match self.heard[before..].iter().position(|byte| *byte == b'\n') {
            Some(place) if before + place + 1 == self.heard.len() => {
                self.heard.pop();
                Ok(Some(std::mem::take(&mut self.heard)))
            }
            Some(_) => Err(format!("it replied more than one line: {}", self.quote())),
            None if self.heard.len() > most => {
                Err(format!("its reply is longer than the {most} bytes that this request can need: {}", self.quote()))
            }
            None if closed => Err(self.death()),
            None => Ok(None),
        }
    }

    /// Reads its standard error, so that it cannot block there, and keeps the end.
    fn overhear(&mut self) {
        let Some(stderr) = &mut self.stderr else { return };
        let closed = stderr.take(GULP).read_to_end(&mut self.complaints).is_ok_and(|read| read == 0);
        self.complaints.drain(..self.complaints.len().saturating_sub(KEPT));
        if closed {
            self.stderr = None;
        }
    }

    /// Waits until a pipe has something for us, at most a short time.
    fn wait(&self, unsent: bool, end: Instant) {
        let mut pipes = vec![PollFd::new(&self.stdout, PollFlags::IN)];
        pipes.extend(self.stderr.iter().map(|pipe| PollFd::new(pipe, PollFlags::IN)));
        pipes.extend(self.stdin.iter().filter(|_| unsent).map(|pipe| PollFd::new(pipe, PollFlags::OUT)));
        let time = end.saturating_duration_since(Instant::now()).min(LOOK);
        // A wait that a signal cuts short is a short one.
        let _ = poll(&mut pipes, time.try_into().ok().as_ref());
    }

    /// How it ended, if it did. It stays to be waited for.
    fn status(&self) -> Option<WaitIdStatus> {
        let look = WaitIdOptions::EXITED | WaitIdOptions::NOHANG | WaitIdOptions::NOWAIT;
        waitid(WaitId::Pid(Pid::from_child(&self.child)), look).ok().flatten()
    }

    /// What to say of a child that speaks no more.
    fn death(&mut self) -> Wrong {
        let end = Instant::now() + GRACE;
        while self.status().is_none() && Instant::now() < end {
            self.overhear();
            std::thread::sleep(Duration::from_millis(1));
        }
        let place = if self.heard.is_empty() { "before its reply" } else { "in the middle of its reply" };
        match self.status() {
            Some(status) => format!("it {} {place}", ending(&status)),
            None => format!("it closed its standard input or output {place}"),
        }
    }

    fn silence(&self) -> Wrong {
        match self.heard.is_empty() {
            true => "no reply in time; does the adapter flush its output after every line?".into(),
            false => format!("no whole line in time, only {}", self.quote()),
        }
    }

    /// The beginning of what it said.
    fn quote(&self) -> String {
        let begin = &self.heard[..self.heard.len().min(400)];
        format!("'{}'", shown(&String::from_utf8_lossy(begin), 60))
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.end();
    }
}

fn ending(status: &WaitIdStatus) -> String {
    match (status.exit_status(), status.terminating_signal()) {
        (Some(status), _) => format!("exited with status {status}"),
        (None, Some(signal)) => format!("was ended by signal {signal}"),
        (None, None) => "ended".into(),
    }
}

/// The beginning of a foreign text as one line without control characters.
pub(super) fn shown(text: &str, most: usize) -> String {
    let plain: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(4 * most).collect();
    let line = plain.split_whitespace().collect::<Vec<_>>().join(" ");
    let cut: String = line.chars().take(most).collect();
    if cut.len() < line.len() { cut + "..." } else { cut }
}
