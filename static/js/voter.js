(function () {
  "use strict";
  var entry = document.getElementById("entry");
  var faults = document.getElementById("faults");
  var code = location.hash.slice(1);
  if (faults) {
    faults.focus();
  }
  if (entry && code) {
    // The code leaves the address before anything else can see it.
    history.replaceState(null, "", location.pathname);
    entry.elements.code.value = code;
    entry.submit();
  }
})();
