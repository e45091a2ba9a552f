type Lane<T> = { readonly items: T[]; readonly lanes: Map<string, Lane<T>> };

/**
 * What waits, in turns. A path names who waits, from the group to the member: each group has its turn
 * before any has a second one, and within a group each member.
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

  /** Takes out what is next; undefined when nothing waits. */
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
    // A map goes through its keys in the order in which they were set: this one is the last now.
    lanes.delete(name);
    if (lane.items.length + lane.lanes.size > 0) lanes.set(name, lane);
    return item;
  }
  return undefined;
}
