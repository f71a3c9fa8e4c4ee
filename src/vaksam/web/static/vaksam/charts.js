// Makes the pictures marked with data-vega interactive. Where it fails, the picture stays.
"use strict";

const OPTIONS = {
  ast: true, // expressions are interpreted: the Content-Security-Policy allows no eval
  actions: false, // the page has its own downloads
  defaultStyle: false, // vaksam.css has the styles; inline ones are not allowed
  renderer: "canvas",
  tooltip: { disableDefaultStyle: true },
};

async function enliven(picture) {
  const image = picture.querySelector("img");
  const stage = document.createElement("div");
  stage.className = "stage";
  try {
    const response = await fetch(picture.dataset.vega);
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
