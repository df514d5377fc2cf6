//! `servanda serve` and `servanda room`.

use super::key_dir;
use crate::Ended;
use crate::args::{
    CustodyArgs, PersonAddArgs, PersonCloseArgs, PersonListArgs, PersonWhat, RoomArgs, RoomDirArgs,
    RoomServeArgs, RoomWhat, WebArgs,
};
use crate::clock;
use crate::out::Out;
use crate::place::{beside, is_remote};
use anyhow::{Context, anyhow, bail};
use servanda_desk::Desk;
use servanda_room::rights::Role;
use servanda_room::{
    Hooks, Listening, MapLibrary, Oidc, PASSWORD_BYTES_MAX, People, Places, Room, Site,
    draw_password,
};
use std::io::Read as _;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

/// The folder of a record's room.
pub(crate) fn room_dir(dir: &Path, given: Option<&RoomDirArgs>) -> anyhow::Result<PathBuf> {
    let given = given.and_then(|given| given.room_dir.clone());
    given.map_or_else(|| beside(dir, ".room", "--room-dir"), Ok)
}

/// Serves the room until it is interrupted, and says where.
pub(crate) fn serve(args: &RoomServeArgs, out: &mut Out) -> anyhow::Result<Ended> {
    if is_remote(&args.dir) {
        bail!(
            "{}: the room works on a record in a folder; make one with `servanda copy`",
            args.dir.display()
        );
    }
    let is_loopback = args.address.ip().is_loopback();
    if !is_loopback && !args.expose {
        bail!(
            "{}: other machines could connect there, and what is sent could be read on the way; \
             put a proxy with TLS in front of a loopback address, or give --expose",
            args.address.ip()
        );
    }
    if let Some(figures) = args.metrics
        && !figures.ip().is_loopback()
        && !args.expose
    {
        bail!(
            "--metrics {}: other machines could read how the room is used; give a port alone, or \
             --expose too",
            figures.ip()
        );
    }
    let site = args.origin.as_deref().map(Site::of_origin).transpose();
    let site = site.map_err(|what| anyhow!("--origin {what}"))?;
    if !is_loopback && !site.as_ref().is_some_and(Site::is_tls) {
        out.say(
            "warning: without TLS in front (--origin https://…) passwords and sessions can be read \
             on the way",
        );
    }
    let keys = key_dir(&args.dir, args.key_dir.as_ref())?;
    super::start::open_room(&args.dir, &keys, &args.forced, out)?;
    let mut listening = Listening::at(args.address);
    listening.site = site;
    if let Some(at) = args.metrics {
        let door = TcpListener::bind(at)
            .with_context(|| format!("can't listen at {at}; give another --metrics"))?;
        out.say(&format!("figures for the operator: http://{}/metrics", door.local_addr()?));
        listening.figures = Some(Arc::new(door));
    }
    listening.stop_after = args.stop_after.map(Duration::from_secs);
    let hooks = args.webhooks.as_deref().map(Hooks::read).transpose()?;
    let oidc = args.oidc.as_deref().map(Oidc::read).transpose()?;
    let beside = Beside { web: &args.web, hooks, oidc };
    open(&args.dir, &room_dir(&args.dir, Some(&args.room))?, &keys, &listening, beside, out)
}

/// What a room has beside its record.
pub(crate) struct Beside<'a> {
    /// The map library.
    pub(crate) web: &'a WebArgs,
    /// To whom it tells what.
    pub(crate) hooks: Option<Hooks>,
    /// Whom it asks who somebody is.
    pub(crate) oidc: Option<Oidc>,
}

/// Opens the room until it is interrupted or its time is over, and says where.
pub(crate) fn open(
    dir: &Path,
    room_dir: &Path,
    keys: &Path,
    listening: &Listening,
    beside: Beside<'_>,
    out: &mut Out,
) -> anyhow::Result<Ended> {
    let places = Places {
        record: dir.to_owned(),
        room: room_dir.to_owned(),
        keys: keys.to_owned(),
        custody: super::sealed::custody(dir, &CustodyArgs::default())?.path().to_owned(),
    };
    let library = beside.web.web.as_deref().map(map_library).transpose()?;
    let room = Room::open(places, clock::instant_now)?.telling(tell).with_map_library(library);
    let room = match beside.oidc {
        Some(oidc) => room.with_oidc(oidc),
        None => room,
    };
    if room.people().list()?.is_empty() {
        out.say("nobody can sign in yet: `servanda room person add` opens an account");
    }
    let room = Arc::new(room);
    if let Some(hooks) = beside.hooks {
        servanda_room::send_news(&room, hooks)?;
    }
    let mut said = Ok(());
    servanda_room::serve(room, listening, |at| {
        said = out.answer(&format!("the room is open at http://{at}"));
    })
    .with_context(|| format!("can't listen at {}; give another --address", listening.at))?;
    said?;
    Ok(Ended::Done)
}

/// The map library, which somebody says is in a folder.
fn map_library(folder: &Path) -> anyhow::Result<MapLibrary> {
    MapLibrary::read(folder)?.with_context(|| {
        format!("--web {}: the map library is not there; `make web` puts it", folder.display())
    })
}

/// What goes wrong inside, while the room is open.
fn tell(what: &str) {
    use std::io::Write as _;
    // Nobody may be there to read it; the room goes on.
    let _ = writeln!(std::io::stderr(), "room: {}", servanda_text::escape(what));
}

/// `servanda room`.
pub(crate) fn run(args: &RoomArgs, out: &mut Out) -> anyhow::Result<Ended> {
    let RoomWhat::Person(person) = &args.what;
    match &person.what {
        PersonWhat::Add(args) => add(args, out)?,
        PersonWhat::List(args) => list(args, out)?,
        PersonWhat::Close(args) => close(args, out)?,
    }
    Ok(Ended::Done)
}

fn add(args: &PersonAddArgs, out: &mut Out) -> anyhow::Result<()> {
    let desk = Desk::open(&args.dir, None)?;
    if let Some(party) = &args.party
        && !desk.agreement.parties.iter().any(|own| own.id == *party)
    {
        let known: Vec<&str> = desk.agreement.parties.iter().map(|own| own.id.as_str()).collect();
        bail!("the agreement has no party {party:?}; it has: {}", known.join(", "));
    }
    let mut roles = Vec::new();
    for word in &args.role {
        let Some(role) = Role::of_word(word) else {
            let known: Vec<&str> = Role::ALL.iter().skip(1).map(|role| role.word()).collect();
            bail!("there is no role {word:?}; there are: {}", known.join(", "));
        };
        roles.push(role);
    }
    let given = if args.password_stdin { Some(first_line()?) } else { None };
    let password = given.clone().map_or_else(draw_password, Ok)?;
    let people = People::open(&room_dir(&args.dir, Some(&args.room))?)?;
    people.add(&args.name, &roles, args.party.as_deref(), &password)?;
    if let Some(subject) = &args.oidc_subject
        && let Err(error) = people.bind(&args.name, Some(subject))
    {
        // Its name is used up all the same, and its password is told to nobody.
        people.close(&args.name)?;
        return Err(anyhow!("{error}; the account is closed again, open one of another name"));
    }
    out.say(&format!("{} has an account", args.name));
    match given {
        Some(_) => Ok(()),
        None => out.answer(&format!("password, shown this once: {password}")),
    }
}

fn list(args: &PersonListArgs, out: &mut Out) -> anyhow::Result<()> {
    let people = People::open(&room_dir(&args.dir, Some(&args.room))?)?;
    let mut text = String::new();
    for person in people.list()? {
        let roles: Vec<&str> = person.roles.iter().map(|role| role.word()).collect();
        let party = person.party.as_ref().map(|party| format!(" of {party}")).unwrap_or_default();
        let closed = if person.is_active { "" } else { " (closed)" };
        text += &format!("{}: {}{party}{closed}\n", person.name, roles.join(", "));
    }
    if text.is_empty() {
        text = "there is no account: `servanda room person add` opens one\n".into();
    }
    out.answer(&text)
}

fn close(args: &PersonCloseArgs, out: &mut Out) -> anyhow::Result<()> {
    let people = People::open(&room_dir(&args.dir, Some(&args.room))?)?;
    people.close(&args.name)?;
    out.say(&format!("{} is closed", args.name));
    Ok(())
}

fn first_line() -> anyhow::Result<String> {
    let mut bytes = Vec::new();
    let most = PASSWORD_BYTES_MAX as u64 + 2;
    std::io::stdin().take(most).read_to_end(&mut bytes).context("the standard input")?;
    let text = String::from_utf8(bytes).context("the password is no text in UTF-8")?;
    Ok(text.lines().next().unwrap_or_default().to_owned())
}
