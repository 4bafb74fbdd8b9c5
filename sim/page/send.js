// Sends what a hand does, and says whether it was done; acts on one thing arrive in the order in which they were made.

const last = new Map();
let hiding = 0;

export function send(path, body) {
  const thing = body.device ?? "hall";
  const act = (last.get(thing) ?? Promise.resolve()).then(() => post(path, body));
  last.set(thing, act);
  return act;
}

async function post(path, body) {
  try {
    const answer = await fetch(path, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
    });
    if (!answer.ok) complain(`操作未成功：${(await answer.text()) || answer.status}`);
    return answer.ok;
  } catch {
    complain("操作未成功：与模拟大厅的连接已中断");
    return false;
  }
}

function complain(words) {
  const trouble = document.getElementById("trouble");
  trouble.textContent = words;
  trouble.hidden = false;
  clearTimeout(hiding);
  hiding = setTimeout(() => { trouble.hidden = true; }, 6_000);
}
