//! `servanda fmt`: files, folders, the standard input, and what can't be read.

use crate::truce::write_agreement;
use crate::world::World;
use std::io::Write;
use std::process::{Command, Stdio};

const LOOSE: &str = "+++\nid='x'\ntitle   = 'X'\n+++\n\n```toml term\n[ point.a ]\nnote=''\n```\n";
const FORM: &str =
    "+++\nid    = 'x'\ntitle = 'X'\n+++\n\n```toml term\n[point.a]\nnote = ''\n```\n";

#[test]
fn files_and_folders_are_brought_into_form() {
    let world = World::new();
    world.write("a/agreement.md", LOOSE);
    world.write("b.md", LOOSE);
    let run = world.ok(&["fmt", "a", "b.md"]);
    assert!(run.out.is_empty() && run.err.contains("b.md: now in form"), "{}", run.err);
    for name in ["a/agreement.md", "b.md"] {
        assert_eq!(world.read(name), FORM.as_bytes());
    }
    assert_eq!(world.ok(&["fmt", "a"]).err, "", "what is in form is left alone");
    assert!(!world.path("a/agreement.md.partial").exists());
    world.refused(&["fmt", "nowhere.md"]);
    world.write("c.md", [0xFF]);
    assert!(world.refused(&["fmt", "c.md"]).contains("UTF-8"));
    world.write("d.md", "x".repeat(5 << 20));
    assert!(world.refused(&["fmt", "d.md"]).contains("larger"));
}

#[test]
fn check_shows_what_would_change_and_writes_nothing() {
    let world = World::new();
    world.write("b.md", LOOSE);
    let run = world.no(&["fmt", "--check", "b.md"]);
    assert_eq!(
        run.out,
        "b.md:2: not in form\n- id='x'\n- title   = 'X'\n+ id    = 'x'\n+ title = 'X'\n\
         b.md:7: not in form\n- [ point.a ]\n- note=''\n+ [point.a]\n+ note = ''\n"
    );
    assert_eq!(world.read("b.md"), LOOSE.as_bytes());
    write_agreement(&world);
    world.ok(&["fmt", "b.md", "river-truce"]);
    assert_eq!(world.ok(&["fmt", "--check", "b.md", "river-truce"]).out, "");
}

#[test]
fn what_cant_be_read_stays_and_ends_with_1() {
    let world = World::new();
    let text = LOOSE.replace("[ point.a ]", "[ point.a");
    world.write("b.md", &text);
    let run = world.no(&["fmt", "b.md"]);
    assert!(run.err.contains("b.md:7: can't be read"), "{}", run.err);
    let read = String::from_utf8(world.read("b.md")).unwrap();
    assert!(read.contains("id    = 'x'") && read.contains("[ point.a\n"), "{read}");
    world.no(&["fmt", "--check", "b.md"]);
    world.write("c.md", "no front matter\n");
    world.no(&["fmt", "c.md"]);
    assert_eq!(world.read("c.md"), b"no front matter\n");
}

#[test]
fn the_standard_input_goes_to_the_standard_output() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_servanda"))
        .args(["fmt", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    // A style code in the prose is the text's own.
    let prose = "\u{1b}[31m no line end";
    child.stdin.take().unwrap().write_all(format!("{LOOSE}{prose}").as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success());
    assert_eq!(String::from_utf8(output.stdout).unwrap(), format!("{FORM}{prose}"));
}

#[cfg(unix)]
#[test]
fn who_may_read_a_file_and_where_a_link_leads_stays() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let world = World::new();
    world.write("b.md", LOOSE);
    let file = world.path("b.md");
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o600)).unwrap();
    symlink(&file, world.path("link.md")).unwrap();
    world.ok(&["fmt", "link.md"]);
    assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(world.read("b.md"), FORM.as_bytes());
    assert!(world.path("link.md").is_symlink());
}
