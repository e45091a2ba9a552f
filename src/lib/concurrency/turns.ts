type Lane<T> = { readonly items: T[]; readonly lanes: Map<string, Lane<T>> };

/**
 * A fair queue. A path names the owner of an item, from group to member: every group gets a turn before any
 * group gets a second one, and the same applies to the members of a group.
 */
export function createTurns<T>() {
  const all = createLane<T>();

  function add(path: readonly string[], item: T): void {
    let lane = all;
    for (const name of path) {
      const found = lane.lanes.get(name) ?? createLane<T>();
      lane.lanes.set(name, found);
      lane = found;
    }
    lane.items.push(item);
  }

  /** Removes and returns the next item; undefined if the queue is empty. */
  function next(): T | undefined {
    return takeFrom(all);
  }

  return { add, next };
}

function createLane<T>(): Lane<T> {
  return { items: [], lanes: new Map() };
}

function takeFrom<T>({ items, lanes }: Lane<T>): T | undefined {
  if (items.length > 0) return items.shift();
  for (const [name, lane] of lanes) {
    const item = takeFrom(lane);
    // A map iterates in insertion order, so this lane is now the last.
    lanes.delete(name);
    if (lane.items.length + lane.lanes.size > 0) lanes.set(name, lane);
    return item;
  }
  return undefined;
}
