// What pages gain where scripts run: live rows, a drawer, keys. Everything works without it.
import "./board-filter.js";
import "./drill-drawer.js";
import "./key-help.js";
import "./live-board.js";

document.documentElement.classList.add("js");
