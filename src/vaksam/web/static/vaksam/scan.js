// Reads the code on a vial with the camera, in forms marked data-scan. Without it one types.
"use strict";

const PAUSE = 80; // milliseconds between two looks
// Looks in turns: the share of the picture's shorter side (a vial far off, a box near), and how
// far the picture is turned, since the library does not find codes that stand on a corner.
const LOOKS = [[0.5, 0], [0.9, 0], [0.5, Math.PI / 4], [0.9, Math.PI / 4]];
const FINEST = 480; // pixels a side that are read; more takes a telephone too long

function loadReader(address) {
  if (globalThis.ZXing) return Promise.resolve();
  return new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = address;
    script.addEventListener("load", resolve);
    script.addEventListener("error", reject);
    document.head.append(script);
  });
}

// The middle of the picture, in shades of grey.
function middle(video, canvas, [share, angle]) {
  const shown = Math.min(video.videoWidth, video.videoHeight) * share;
  const side = canvas.width = canvas.height = Math.min(Math.round(shown), FINEST);
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  pen.translate(side / 2, side / 2);
  pen.rotate(angle);
  pen.scale(side / shown, side / shown);
  pen.drawImage(video, -video.videoWidth / 2, -video.videoHeight / 2);
  const { data } = pen.getImageData(0, 0, side, side);
  const grey = new Uint8ClampedArray(side * side);
  for (let i = 0; i < grey.length; i++) {
    grey[i] = 0.299 * data[4 * i] + 0.587 * data[4 * i + 1] + 0.114 * data[4 * i + 2];
  }
  return grey;
}

// DataMatrix of vials and Code 128 of outer boxes, separators kept; "" where there is none.
function read(grey, side) {
  const { BinaryBitmap, Code128Reader, DataMatrixReader, DecodeHintType, HybridBinarizer,
    RGBLuminanceSource } = globalThis.ZXing;
  const hints = new Map([[DecodeHintType.TRY_HARDER, true], [DecodeHintType.ASSUME_GS1, true]]);
  const picture = new BinaryBitmap(new HybridBinarizer(new RGBLuminanceSource(grey, side, side)));
  for (const reader of [new DataMatrixReader(), new Code128Reader()]) {
    try {
      return reader.decode(picture, hints).getText();
    } catch {
      // The library throws where a picture holds no code, and now and then at noise.
    }
  }
  return "";
}

function scanner(form) {
  const [start, view, fault] = form.querySelectorAll(":scope > [hidden]");
  const [video, input] = [view.querySelector("video"), form.elements.code];
  const canvas = document.createElement("canvas");
  let stream = null;
  let turn = 0; // counts openings, so that a late answer of the camera finds itself outdated

  function close() {
    turn += 1;
    stream?.getTracks().forEach((track) => track.stop());
    stream = video.srcObject = null;
    view.hidden = true;
    start.hidden = false;
  }

  function fail(error) {
    close();
    fault.textContent = error.name === "NotAllowedError" ? form.dataset.denied : form.dataset.missing;
    fault.hidden = false;
    input.focus();
  }

  function look(mine, count) {
    if (mine !== turn) return;
    const code = video.videoWidth
      ? read(middle(video, canvas, LOOKS[count % LOOKS.length]), canvas.width) : "";
    if (!code) {
      setTimeout(look, PAUSE, mine, count + 1);
      return;
    }
    close();
    input.value = code;
    navigator.vibrate?.(60);
    form.requestSubmit();
  }

  async function open() {
    const mine = (turn += 1);
    start.hidden = fault.hidden = true;
    view.hidden = false;
    try {
      const wanted = { facingMode: "environment", width: { ideal: 1920 }, height: { ideal: 1080 } };
      const [got] = await Promise.all([
        navigator.mediaDevices.getUserMedia({ video: wanted }), loadReader(form.dataset.scan),
      ]);
      if (mine !== turn) {
        got.getTracks().forEach((track) => track.stop());
        return;
      }
      stream = video.srcObject = got;
      await video.play();
      look(mine, 0);
    } catch (error) {
      if (mine === turn) fail(error);
    }
  }

  start.hidden = false;
  video.style.inlineSize = "100%";
  start.querySelector("button").addEventListener("click", open);
  view.querySelector("button").addEventListener("click", close);
  addEventListener("pagehide", close);
  document.addEventListener("visibilitychange", () => { if (document.hidden) close(); });
}

// Hand-held scanners type the separator of GS1 as Ctrl+], which a field would swallow.
function keepSeparators(input) {
  input.addEventListener("keydown", (event) => {
    if (event.key !== "\x1d" && !(event.ctrlKey && event.key === "]")) return;
    event.preventDefault();
    input.setRangeText("\x1d", input.selectionStart, input.selectionEnd, "end");
  });
}

for (const form of document.querySelectorAll("form[data-scan]")) {
  keepSeparators(form.elements.code);
  if (navigator.mediaDevices?.getUserMedia) scanner(form);
}
