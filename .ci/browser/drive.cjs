// Drives the quickstart with controls in its last cell: it runs all, turns knobs and looks at pixels, stops and continues,
// loads the page again, and reads the notebook that was saved.
// Arguments: the browser, the server's address, its token, the notebook's file, the folder for screenshots.
const { chromium } = require("playwright-core");
const fs = require("fs");
const path = require("path");

const [browserPath, server, token, file, shots] = process.argv.slice(2);
const began = Date.now();
const seconds = () => ((Date.now() - began) / 1000).toFixed(1) + " s";
const say = (...words) => console.log("  " + seconds() + ":", ...words);

function check(holds, what) {
  if (!holds) throw new Error(what);
  say("ok: " + what);
}

async function main() {
  const browser = await chromium.launch({ executablePath: browserPath, args: ["--no-sandbox"] });
  const page = await browser.newPage({ viewport: { width: 1400, height: 1100 }, ignoreHTTPSErrors: true }); // its certificate is its own
  const faults = [];
  page.on("pageerror", (e) => faults.push(String(e)));
  try {
    await drive(page, faults);
  } catch (e) {
    await page.screenshot({ path: path.join(shots, "failed.png") }).catch(() => {});
    throw e;
  } finally {
    await browser.close();
  }
}

async function drive(page, faults) {
  const root = ".hgn-controls";
  const shot = (name) => page.screenshot({ path: path.join(shots, name + ".png") });
  const state = (name, timeout) => page.waitForSelector(`${root}[data-state=${name}]`, { state: "attached", timeout });
  const data = (name) => page.evaluate(([root, name]) => document.querySelector(root).dataset[name], [root, name]);
  const prompts = () => page.$$eval(".jp-CodeCell .jp-InputPrompt", (all) => all.map((p) => p.textContent.trim()));
  // pixels sums up what a canvas shows, and is equal only for equal pictures.
  const pixels = (k) => page.evaluate(([root, k]) => {
    const canvas = document.querySelectorAll(root + " canvas")[k];
    return canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data.reduce((sum, v, i) => (sum * 31 + v + i) % 1000003, 7);
  }, [root, k]);
  const answered = async (before) => page.waitForFunction(([root, n]) => Number(document.querySelector(root).dataset.answers) > n, [root, Number(before)], { timeout: 30000 });
  const knob = async (name, value) => {
    const before = await data("answers");
    await page.locator(`${root} input.hgn-${name}`).fill(String(value));
    await answered(before);
  };
  const open = async () => {
    await page.goto(`${server}lab/tree/${path.basename(file)}?token=${token}`);
    await page.waitForSelector(".jp-Notebook .jp-CodeCell", { timeout: 180000 });
  };
  // until waits for what the page does not announce.
  const until = async (holds, what) => {
    for (const end = Date.now() + 20000; !(await holds()); await page.waitForTimeout(100)) {
      if (Date.now() > end) throw new Error("not so within 20 s: " + what);
    }
    say("ok: " + what);
  };
  // saved returns the last cell's outputs in the notebook's file, or none while the server writes it.
  const saved = () => {
    try {
      return JSON.parse(fs.readFileSync(file, "utf8")).cells.at(-1).outputs;
    } catch {
      return [];
    }
  };
  const last = () => page.locator(".jp-CodeCell", { hasText: "nb.Explore" });

  await open();
  for (let k = 0; k < 100; k++) { // JupyterLab does not know that a kernel of GoNB is idle before it has run a cell
    const sessions = await (await page.request.get(`${server}api/sessions?token=${token}`)).json();
    if (sessions.some((s) => s.kernel)) break;
    await page.waitForTimeout(300);
  }
  await page.locator(".lm-MenuBar-itemLabel", { hasText: /^Run$/ }).click();
  await page.locator(".lm-Menu-itemLabel", { hasText: /^Run All Cells$/ }).click();
  const asks = page.locator(".jp-Dialog button.jp-mod-accept"); // on a slow machine it asks for the kernel
  await asks.or(page.locator(".jp-CodeCell .jp-InputPrompt", { hasText: /\[[*\d]/ })).first().waitFor({ timeout: 60000 });
  if (await asks.count()) await asks.click();
  await state("listening", 400000);
  check((await prompts()).slice(0, -1).every((p) => /\[\d+\]/.test(p)), "all cells ran before the controls");
  await answered(0);
  await last().scrollIntoViewIfNeeded();
  await page.locator(`${root} button`, { hasText: "Pause" }).click();
  await shot("1_listening");

  // The film of another frame than the first, forward and backward in time.
  const scrub = async (share) => {
    const box = await page.locator(root + " canvas").nth(3).boundingBox();
    await page.mouse.click(box.x + 52 + share * (box.width - 62), box.y + box.height / 2);
  };
  await scrub(0.5);
  const forward = [await pixels(0), await pixels(1), await pixels(2)];
  await knob("dt", -20);
  await scrub(0.5);
  const backward = [await pixels(0), await pixels(1), await pixels(2)];
  check(forward.every((p, k) => p !== backward[k]), "with a negative dt the learned film, the true one and the orbit are others");
  await shot("2_backward");
  await knob("dt", 0);
  await scrub(0.9);
  const late = await pixels(0);
  await scrub(0.1);
  check(late === (await pixels(0)), "with dt = 0 the film stands still");

  const times = [];
  for (let k = 40; k >= -40; k -= 4) {
    await page.locator(`${root} input.hgn-dt`).fill(String(k));
    await page.waitForTimeout(60);
    times.push(Number(await data("latency")));
  }
  times.sort((a, b) => a - b);
  say(`from a knob to the picture: median ${times[Math.floor(times.length / 2)]} ms, longest ${times[times.length - 1]} ms`);
  check(times[Math.floor(times.length / 2)] <= 300, "the pictures follow within 300 ms");

  const before = await pixels(2), portrait = await page.locator(root + " canvas").nth(2).boundingBox();
  const at = (x, y) => [portrait.x + x * portrait.width, portrait.y + y * portrait.height];
  const count = await data("answers");
  await page.mouse.move(...at(0.6, 0.4));
  await page.mouse.down();
  await page.mouse.move(...at(0.75, 0.25), { steps: 5 });
  await answered(count);
  await shot("3_dragging");
  const dragged = await pixels(0);
  await page.mouse.up();
  await until(async () => before !== (await pixels(2)), "the dragged point flows from where it was released");
  await until(async () => dragged !== (await pixels(0)), "and its film plays");
  await shot("4_released");

  await page.locator("[data-command='notebook:interrupt-kernel']").first().click();
  await page.waitForFunction(() => !Array.from(document.querySelectorAll(".jp-CodeCell .jp-InputPrompt")).some((p) => p.textContent.includes("*")), null, { timeout: 24000 });
  check((await last().locator(".jp-RenderedImage img").count()) === 1, "the stop button leaves a picture in place of the controls");
  check((await last().locator(".jp-OutputArea-output[data-mime-type='application/vnd.jupyter.error'], .jp-OutputArea-output[data-mime-type='application/vnd.jupyter.stderr']").count()) === 0, "and no error");
  await last().scrollIntoViewIfNeeded();
  await shot("5_stopped");

  const run = async () => {
    await last().locator(".cm-content").click();
    await page.keyboard.press("Control+Enter");
  };
  await run();
  await state("listening", 180000);
  check(true, "the cell listens again when it is run again");
  await page.keyboard.press("Control+s");
  await until(() => JSON.stringify(saved()).includes("<script"), "the notebook is saved while the cell listens");
  await open(); // as a reload does
  await state("listening", 30000);
  await answered(0);
  check(true, "the controls of a saved page live on after it is loaded again");
  await page.locator(`${root} button.hgn-stop`).click();
  await state("ended", 5000).catch(() => {}); // its output may be gone already
  // JupyterLab has lost the cell's execution with the page, so the picture comes with the next.
  await run();
  await state("listening", 180000);
  await page.locator(".jp-CodeCell").nth(0).locator(".cm-content").click();
  await page.keyboard.press("Control+Enter");
  await last().locator(".jp-RenderedImage img").waitFor({ timeout: 60000 });
  check(true, "running another cell ends the controls");
  await page.keyboard.press("Control+s");
  await until(() => saved().some((o) => o.data && o.data["image/png"]) && !JSON.stringify(saved()).includes("<script"), "the saved notebook holds a picture and no script");
  await open();
  await last().scrollIntoViewIfNeeded();
  await last().locator(".jp-RenderedImage img").waitFor({ timeout: 60000 });
  await shot("6_opened_again");
  const own = faults.filter((f) => !f.includes("connection closed")); // of GoNB's socket, whose address is wrong here
  check(own.length === 0, "no fault in the page's scripts" + (own.length ? ": " + own[0] : ""));
}

main().catch((e) => {
  console.error("browser: " + String(e).split("\n")[0]);
  process.exit(1);
});
