// Makes the pictures marked with data-vega interactive. Where it fails, the picture stays.
"use strict";

const OPTIONS = {
  ast: true, // expressions are interpreted: the Content-Security-Policy allows no eval
  actions: false, // the page has its own downloads
  defaultStyle: false, // vaksam.css has the styles; inline ones are not allowed
  renderer: "canvas",
  tooltip: { disableDefaultStyle: true },
};

const TELEPHONE = 480; // pixels; narrower than this, the picture is drawn for a telephone
const LETTERS = '13px "Source Sans 3 Variable"'; // measured before they are there, texts collide

async function enliven(picture) {
  const image = picture.querySelector("img");
  const stage = document.createElement("div");
  stage.className = "stage";
  try {
    const url = new URL(picture.dataset.vega, location);
    if (picture.clientWidth < TELEPHONE) url.searchParams.set("narrow", "");
    const [response] = await Promise.all([fetch(url), document.fonts.load(LETTERS)]);
    if (!response.ok) throw new Error(`${response.status} ${response.url}`);
    picture.append(stage);
    await globalThis.vegaEmbed(stage, await response.json(), OPTIONS);
    stage.setAttribute("role", "img");
    stage.setAttribute("aria-label", image.alt);
    image.hidden = true;
  } catch (error) {
    stage.remove();
    console.warn("The picture stays as it is.", error);
  }
}

for (const picture of document.querySelectorAll("[data-vega]")) enliven(picture);
