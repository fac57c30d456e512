/* de4d9f01455a251a77990d494a36c7ad3cf07f3279cb5fe1ea38e640b1da8012 */
(function(){"use strict";const e=document.documentElement,t=document.getElementById("hand-out"),n=()=>{e.className=""};e.className="opening",t.action+=/^#kiosk/i.test(location.hash)?"#kiosk":"#/1/go",t.submit(),addEventListener("pageshow",e=>e.persisted&&n()),setTimeout(n,9e3)})()
