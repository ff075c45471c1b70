// Ends this process by SIGKILL in the middle of its work on the disk, at a place that a number
// names: the same run is killed at the same place.
#pragma once

namespace kensho::sim {

/// From now on the `calls`-th call that changes or syncs a file (writes, syncs, renames, removals)
/// kills the process just before it is made.
void kill_before_disk_call(long calls);

}  // namespace kensho::sim
