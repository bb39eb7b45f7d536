/** The section's content; it comes when it is asked for, so it is no part of the page's first load. */
export const MARKUP = `
<div class="train">
  <div class="train-pad">
    <div class="head"><h3>Show it</h3><div class="ways"><button id="train-camera" type="button" aria-pressed="false">Camera</button><button id="train-open-file" type="button" aria-label="File… to show">File…</button><button id="train-clear" type="button">Clear</button><input type="file" accept="image/png,image/jpeg" hidden aria-label="Picture to show"></div></div>
    <div class="paper">
      <canvas id="train-canvas" tabindex="0" role="application" aria-label="Drawing pad for training" aria-describedby="train-keys"></canvas>
      <span class="pen" aria-hidden="true"></span>
      <p class="hint" aria-hidden="true">draw</p>
      <video id="train-video" muted playsinline hidden aria-label="Picture of the camera"></video>
    </div>
    <p id="train-keys" class="small">Keys: <kbd>arrows</kbd> and <kbd>space</kbd> draw, <kbd>1</kbd> to <kbd>5</kbd> add it to a class. Pictures can be dropped here, and on classes.</p>
    <div class="train-read" hidden>
      <p><span class="small">It reads</span> <b id="train-answer">?</b></p>
      <ol class="bars" aria-label="Probabilities of your classes"></ol>
      <p class="values" hidden></p>
      <p class="doubt small"></p>
      <p class="spoken visually-hidden" role="status"></p>
    </div>
  </div>
  <div class="train-side">
    <h3>Collect a few pictures of each</h3>
    <ol class="classes"></ol>
    <button class="more" type="button">Another class</button>
    <div class="train-run">
      <button id="train-start" class="primary" type="button" disabled>Train</button>
      <button id="train-stop" type="button" hidden>Stop</button>
      <p class="advice small" role="status"></p>
    </div>
    <div class="train-model" hidden>
      <figure><img alt="Your network: the JPEG that is trained"></figure>
      <div>
        <progress max="1" value="0" aria-label="Training"></progress>
        <p class="far" role="status"></p>
        <dl>
          <div><dt>wrong among your pictures</dt><dd class="wrong">–</dd></div>
          <div><dt>the whole network</dt><dd class="bytes">–</dd></div>
          <div><dt>left</dt><dd class="left">–</dd></div>
        </dl>
        <p class="get" hidden><a class="button primary" download="model.jpg">Download model.jpg</a> <button class="use" type="button">Use it above</button></p>
      </div>
    </div>
  </div>
</div>
<template id="train-class"><li>
  <div class="named"><input type="text" maxlength="24" autocomplete="off" spellcheck="false"><span class="count small" role="status"></span><button class="remove" type="button">×</button></div>
  <div class="adding"><button class="take" type="button">Add <span class="what">drawing</span><span class="to visually-hidden"></span></button><button class="open" type="button">Files…</button><input type="file" accept="image/png,image/jpeg" multiple hidden aria-label="Pictures"></div>
  <div class="taken"></div>
</li></template>`;
