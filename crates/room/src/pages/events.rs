//! Live updates: how many entries the record has, whenever that changes (server-sent events).

use crate::http::{Fault, Who, require};
use crate::rights::{Action, Class};
use crate::room::Room;
use axum::extract::State;
use axum::response::sse::{Event, KeepAlive, Sse};
use futures_util::stream::{Stream, unfold};
use std::convert::Infallible;
use std::sync::Arc;

/// Gives the size now, and each later one. Who may see the board may know it; what the entries say
/// is asked by the page itself.
pub(super) async fn follow(
    State(room): State<Arc<Room>>,
    who: Who,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>, Fault> {
    require(&who, Action::SeeBoard, Class::Public)?;
    let mut sizes = room.sizes();
    sizes.mark_changed();
    let own = (sizes, room.metrics.follower());
    let sizes = unfold(own, |(mut sizes, follower)| async move {
        sizes.changed().await.ok()?;
        let size = *sizes.borrow_and_update();
        Some((Ok(Event::default().event("size").data(size.to_string())), (sizes, follower)))
    });
    Ok(Sse::new(sizes).keep_alive(KeepAlive::default()))
}
