/* A photo of a share is made smaller before it leaves the browser: the server takes it in memory only. */
(function () {
  "use strict";
  var input = document.querySelector("input[data-most]");
  if (!input || !window.createImageBitmap || !window.DataTransfer) return;
  var button = input.form.querySelector("button");
  var SIDE = 1800;

  function shrunk(picture) {
    var scale = Math.min(1, SIDE / Math.max(picture.width, picture.height));
    var canvas = document.createElement("canvas");
    canvas.width = Math.round(picture.width * scale);
    canvas.height = Math.round(picture.height * scale);
    canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
    return new Promise(function (done) { canvas.toBlob(done, "image/jpeg", 0.8); });
  }

  input.addEventListener("change", function () {
    var file = input.files[0];
    if (!file || file.type.indexOf("image/") !== 0 || file.size <= Number(input.dataset.most)) return;
    button.disabled = true;
    createImageBitmap(file).then(shrunk).then(function (blob) {
      var chosen = new DataTransfer();
      chosen.items.add(new File([blob], "share.jpg", { type: "image/jpeg" }));
      input.files = chosen.files;
    }).catch(function () {}).then(function () { button.disabled = false; });
  });
})();
