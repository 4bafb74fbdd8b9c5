// Shows as many children of a list as fit, whole, and lets the groups take turns: nothing is ever cut.

const TURN_MS = 8_000;

export class Pager {
  constructor(list) {
    this.list = list;
    this.groups = [];
    this.at = 0;
    setInterval(() => this.turn(), TURN_MS);
  }

  // To be called when children have come, gone or changed in size.
  arrange() {
    const children = [...this.list.children];
    for (const child of children) child.hidden = false;
    this.groups = groupsOf(children, this.list.clientHeight);
    this.show();
  }

  turn() {
    if (this.groups.length < 2) return;
    this.at += 1;
    this.show();
  }

  show() {
    const shown = this.groups[this.at % Math.max(1, this.groups.length)] ?? [];
    for (const child of this.list.children) {
      const isHidden = !shown.includes(child);
      if (child.hidden !== isHidden) child.hidden = isHidden;
    }
  }
}

// Children in groups of which each is no higher than the room; one that is higher by itself stands alone.
export function groupsOf(children, height) {
  const groups = [];
  let top = 0;
  for (const child of children) {
    const bottom = child.offsetTop + child.offsetHeight;
    if (groups.length === 0 || bottom - top > height + 1) {
      top = child.offsetTop;
      groups.push([]);
    }
    groups.at(-1).push(child);
  }
  return groups;
}
