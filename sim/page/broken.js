// Says in words what is broken now.

const KINDS = {
  dispenser: "取号机",
  pad: "呼叫器",
  lintel: "门楣屏",
  table: "桌面屏",
  rating: "评价器",
  guide: "引导台",
  duty: "值班台",
  printer: "打印机",
  face: "监督牌",
  speaker: "音箱",
};
const DISKS = { full: "磁盘已满", "read-only": "磁盘只读", failing: "磁盘读写出错", slow: "磁盘很慢" };
const JOURNALS = { torn: "日志库有一页损坏", "tail-lost": "日志库丢了末尾记录" };
const PANELS = { "panel-dark": "面板全黑", "panel-garbled": "面板花屏" };

export function nameOf(device) {
  return device.counter ? `${device.counter}号窗 ${KINDS[device.kind]}` : `${KINDS[device.kind]} ${device.name.replace(/^\D*/, "")}`;
}

export function wordsOfHall({ hub, troubles }) {
  return [
    { down: "中枢已停止", frozen: "中枢卡死" }[hub],
    troubles.broker_hangs && "消息服务卡死",
    DISKS[troubles.disk],
    JOURNALS[troubles.journal],
    troubles.clock_s && `中枢时钟${troubles.clock_s > 0 ? "快" : "慢"}${span(Math.abs(troubles.clock_s))}`,
    troubles.storm_per_s && `有人乱按，每秒${troubles.storm_per_s}次`,
  ].filter(Boolean);
}

export function wordsOfDevice(device) {
  return [
    !device.power && "断电",
    device.hangs && "程序卡死",
    device.flood_per_s && "狂发消息",
    { cut: "断网线", frozen: "网络卡死" }[device.cable],
    Object.values(device.link).some(Boolean) && "链路不好",
    PANELS[device.panel_fault],
    device.faults?.now.length && "打印机故障",
  ].filter(Boolean).map((words) => `${nameOf(device)}：${words}`);
}

function span(seconds) {
  const units = [[86_400, "天"], [3_600, "小时"], [60, "分钟"], [1, "秒"]];
  const said = [];
  for (const [size, name] of units) {
    const count = Math.floor(seconds / size);
    if (count) said.push(`${count}${name}`);
    seconds -= count * size;
  }
  return said.join("");
}
