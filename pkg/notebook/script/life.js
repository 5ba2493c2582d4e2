// live runs the controls in root for as long as the cell's program listens. build makes them, and gets ask, which sends
// the program a request, and a callback's place for the answer. At most one request is on its way: while it is, only the
// newest of those that follow is kept, so that an answer is always of a value that the reader has just chosen.
function live(root, config, build) {
  const still = root.firstElementChild;
  let controls, wanted, onItsWay, number = 0, last = performance.now(), detached = 0, over = false;
  const channel = connect(config.kernel, config.address, heard);
  const watch = setInterval(look, 400);

  function heard(message) {
    if (over) return;
    last = performance.now();
    if (message.kind === "there") {
      if (!controls) begin();
      channel.speak({ kind: "here" });
    } else if (message.kind === "answer" && onItsWay && message.seq === onItsWay.seq) {
      const request = onItsWay;
      onItsWay = null;
      next();
      if (message.error) say(message.error);
      else Promise.resolve(controls.show(message.answer, request.what)).then(() => measure(request));
    } else if (message.kind === "end") {
      channel.speak({ kind: "bye" });
      end(message.why);
    }
  }

  function begin() {
    still.style.display = "none";
    controls = build(root, config, (what) => {
      wanted = { what, since: performance.now() };
      next();
    });
    const stop = element(root.querySelector(".hgn-buttons"), "button", { textContent: "Stop listening", className: "hgn-stop" });
    stop.onclick = () => channel.speak({ kind: "end", why: "button" });
    say("This cell listens. It ends by this button, by Jupyter's stop button, when another cell is run, or when the page is closed.");
    root.dataset.state = "listening";
    controls.start();
  }

  function next() {
    if (onItsWay || !wanted) return;
    const request = { seq: ++number, what: wanted.what, since: wanted.since };
    if (!channel.speak({ kind: "ask", seq: request.seq, ask: request.what })) return;
    onItsWay = Object.assign(request, { sent: performance.now() });
    wanted = null;
  }

  // measure keeps the time from the reader's event to the picture, in milliseconds.
  function measure(request) {
    root.dataset.latency = Math.round(performance.now() - request.since);
    root.dataset.answers = 1 + Number(root.dataset.answers || 0);
  }

  function say(text) {
    root.querySelector(".hgn-says").textContent = text;
  }

  function look() {
    const silent = performance.now() - last;
    if (!controls && silent > 8000) end("absent");
    if (controls && silent > 15000) end("dead");
    if (onItsWay && performance.now() - onItsWay.sent > 3000) { // the server drops messages when there are many
      wanted = wanted || onItsWay;
      onItsWay = null;
    }
    next();
    detached = root.isConnected ? 0 : detached + 1;
    if (detached > 25) channel.speak({ kind: "end", why: "closed" });
    else if (othersWait(root)) channel.speak({ kind: "end", why: "next" });
  }

  function end(why) {
    over = true;
    clearInterval(watch);
    channel.close();
    root.dataset.state = "ended";
    if (!controls) {
      element(root, "div", { className: "hgn-says", textContent: "Run this cell to turn its knobs." });
      return;
    }
    controls.stop();
    root.querySelectorAll("button, input, select").forEach((e) => { e.disabled = true; });
    say(why === "dead" ? "The cell's program has ended. Run this cell to turn its knobs." : "This cell has ended.");
  }
}

// othersWait tells whether another cell of this notebook waits to be run: its prompt then shows an asterisk.
function othersWait(root) {
  const mine = root.closest(".jp-Cell, .cell"), notebook = root.closest(".jp-Notebook, #notebook-container");
  return Boolean(mine && notebook) && Array.from(notebook.querySelectorAll(".jp-InputPrompt, .input_prompt"))
    .some((prompt) => !mine.contains(prompt) && prompt.textContent.includes("[*]"));
}

// element adds a new element to parent.
function element(parent, tag, properties) {
  const e = Object.assign(document.createElement(tag), properties);
  parent.append(e);
  return e;
}

// slider adds a labelled slider; text says what its value means, and change is called with each new value.
function slider(parent, name, range, text, change) {
  const label = element(parent, "label", {});
  element(label, "span", { textContent: name });
  const input = element(label, "input", Object.assign({ type: "range", ariaLabel: name, className: "hgn-" + name }, range));
  input.value = range.value; // the bounds are set by now
  const says = element(label, "output", {});
  const tell = () => { says.textContent = text(Number(input.value)); };
  input.oninput = () => {
    tell();
    change(Number(input.value));
  };
  tell();
  return { input, set(value) { input.value = value; tell(); }, get value() { return Number(input.value); } };
}
