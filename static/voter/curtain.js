/* 31acce52fc8531db60e4c601def07c4787acf0e3f26be69d89a8f786668b9107 */
document.documentElement.classList.toggle("drawn")
