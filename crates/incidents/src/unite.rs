//! Groups that grow together: a list in which each member names one above it, the least itself.

/// The least member of a group, the way to it made short.
pub(crate) fn root(into: &mut [u32], mut member: u32) -> u32 {
    while into[member as usize] != member {
        let above = into[into[member as usize] as usize];
        into[member as usize] = above;
        member = above;
    }
    member
}

/// Makes one group of two, under the lesser.
pub(crate) fn unite(into: &mut [u32], a: u32, b: u32) {
    let (a, b) = (root(into, a), root(into, b));
    into[a.max(b) as usize] = a.min(b);
}
