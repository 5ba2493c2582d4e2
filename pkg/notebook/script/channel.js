// connect speaks with one cell's program, through the Jupyter server that sent this page and through GoNB. It calls
// heard with each message of the program.
//
// GoNB has a socket of its own, globalThis.gonb_comm. It is one for the whole page, so that two open notebooks take it
// from each other, and its address is wrong behind https or below a base URL, as JupyterHub has. This socket belongs to
// the cell. It uses the comm that GoNB's socket has opened. Where none comes after GoNB has displayed the script for it,
// this socket opens one, for which GoNB waits three seconds.
function connect(kernel, address, heard) {
  const session = unique();
  let socket, comm, timer, closed = false;

  function unique() {
    return Array.from(crypto.getRandomValues(new Uint8Array(16)), (b) => b.toString(16).padStart(2, "0")).join("");
  }

  function url() {
    const said = document.getElementById("jupyter-config-data"); // JupyterLab and Notebook 7
    const config = said ? JSON.parse(said.textContent) : { baseUrl: document.body.dataset.baseUrl }; // Notebook 6
    const at = new URL((config.baseUrl || "/") + "api/kernels/" + kernel + "/channels", document.location.href);
    at.protocol = at.protocol.replace("http", "ws");
    at.searchParams.set("session_id", session);
    if (config.token) at.searchParams.set("token", config.token);
    return at;
  }

  function post(type, content) {
    if (!socket || socket.readyState !== WebSocket.OPEN) return false;
    const header = { msg_id: unique(), msg_type: type, session, username: "", date: new Date().toISOString(), version: "5.3" };
    socket.send(JSON.stringify({
      header, msg_id: header.msg_id, msg_type: type, parent_header: {}, metadata: {}, content, channel: "shell", buffers: [],
    }));
    return true;
  }

  function open() {
    if (closed) return;
    comm = null;
    socket = new WebSocket(url());
    socket.onopen = () => openCommAfter(1500);
    socket.onmessage = receive;
    socket.onclose = () => setTimeout(open, 1000);
  }

  // openCommAfter opens a comm unless somebody else does within some milliseconds.
  function openCommAfter(time) {
    clearTimeout(timer);
    timer = setTimeout(() => {
      if (closed) return;
      comm = unique();
      post("comm_open", { comm_id: comm, target_name: "gonb_comm", kernel_id: kernel, data: {} });
    }, time);
  }

  function receive(event) {
    if (typeof event.data !== "string" || closed) return;
    const { header, content } = JSON.parse(event.data);
    if (header.msg_type.endsWith("display_data")) {
      const asksForComm = String(content.transient?.display_id).startsWith("gonb_websocket_") && content.data["text/html"];
      if (asksForComm) openCommAfter(700);
    }
    if (header.msg_type !== "comm_msg") return;
    const { address: to, value } = content.data;
    if (to !== address && !["#comm_open_ack", "#heartbeat/ping"].includes(to)) return;
    clearTimeout(timer);
    comm = content.comm_id;
    if (to === "#heartbeat/ping") post("comm_msg", { comm_id: comm, data: { address: "#heartbeat/pong", value: true } });
    if (to === address) heard(JSON.parse(value));
  }

  open();
  return {
    speak: (message) => comm && post("comm_msg", { comm_id: comm, data: { address, value: JSON.stringify(message) } }),
    close() {
      closed = true;
      socket.close();
    },
  };
}
