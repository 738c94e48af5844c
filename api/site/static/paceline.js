// What pages gain where scripts run: live rows, a drawer, keys. Everything works without it.
import "./board-filter.js";
import "./drill-drawer.js";
import "./key-help.js";
import "./live-board.js";

document.documentElement.classList.add("js");
// On a narrow screen the chosen tab may lie beyond the edge.
document.querySelector(".tabs [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });
if (document.querySelector("search-page")) import("./search-page.js");
if (document.querySelector("similar-deals")) import("./similar-deals.js");
if (document.querySelector("live-card")) import("./live-card.js");
if (document.querySelector("document-editor")) import("./document-editor.js");
