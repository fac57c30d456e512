"""What the oldest engines know: first versions as MDN's browser-compat-data (8.1) has them.

A list of what may be used: what stands in none of these tables is refused until somebody has looked it up.
What is newer than the floor is refused, or tolerated with the reason why nothing is lost where it is unknown.
"""

FLOOR = ((78,), (12,))
"""Chrome, and Safari on iOS."""

Versions = dict[str, tuple[tuple[int, ...], ...]]


def _table(lines: str) -> Versions:
    """Read ``name chrome ios; …``."""
    found: Versions = {}
    for entry in " ".join(lines.split()).split(";"):
        if entry.strip():
            name, *versions = entry.rsplit(None, 2)
            found[name.strip()] = tuple(tuple(map(int, one.split("."))) for one in versions)
    return found


PROPERTIES = _table("""
    -webkit-appearance 1 3; -webkit-print-color-adjust 17 6; clear 1 1; -webkit-text-size-adjust 54 1;
    align-items 29 9; align-self 29 9; animation 43 9; background 1 1; background-attachment 1 3.2;
    background-color 1 1; background-image 1 1; background-position 1 1; background-repeat 1 1;
    background-size 3 4.2; border 1 1; border-bottom 1 1; border-bottom-color 1 1; border-bottom-width 1
    1; border-collapse 1 1; border-color 1 1; border-left 1 1; border-left-color 1 1; border-radius 4 4.2;
    border-right 1 1; border-spacing 1 1; border-style 1 1; border-top 1 1; border-top-color 1 1;
    border-top-width 1 1; border-width 1 3; bottom 1 1; box-shadow 10 5; box-sizing 10 6; break-after 50
    10; break-inside 50 10; clip 1 1; clip-path 55 9.3; color 1 1; columns 50 9; content 1 1;
    counter-increment 2 1; counter-reset 2 1; direction 2 1; display 1 1; fill 1 3.2; flex 29 9;
    flex-basis 29 9; flex-direction 29 9; flex-flow 29 9; flex-grow 29 9; flex-shrink 29 9; flex-wrap 29
    9; float 1 1; font 1 1; font-family 1 1; font-size 1 1; font-style 1 1; font-variant-numeric 52 9.3;
    font-weight 2 1; grid-column 57 10.3; grid-row 57 10.3; grid-template-columns 57 10.3; height 1 1;
    justify-content 29 9; left 1 1; letter-spacing 1 1; line-height 1 1; list-style 1 1; margin 1 1;
    margin-bottom 1 1; margin-left 1 1; margin-right 1 1; margin-top 1 1; max-height 1 1; max-width 1 1;
    min-height 1 1; min-width 1 1; opacity 1 1; order 29 9; outline-offset 1 1; overflow 1 1;
    overflow-wrap 23 7; overflow-x 1 1; overflow-y 1 1; padding 1 1; padding-bottom 1 1; padding-left 1 1;
    padding-right 1 1; padding-top 1 1; place-items 59 11; pointer-events 1 1; position 1 1; right 1 1;
    stroke 1 3.2; table-layout 14 3; text-align 1 1; text-decoration 1 1; text-indent 1 1; text-overflow 1
    1; text-transform 1 1; top 1 1; transform 36 9; transition 26 7; vertical-align 1 1; visibility 1 1;
    white-space 1 1; width 1 1; word-break 1 2; z-index 1 1; appearance 84 15.4; aspect-ratio 88 15;
    color-scheme 81 13; cursor 1 13.4; inset 87 14.5; outline 94 16.4; resize 1 99; scroll-padding 69
    14.5; size 15 18.2; text-decoration-style 57 12.2; text-size-adjust 54 99; text-underline-offset 87
    12.2
""")
GAPS = ("gap", "row-gap", "column-gap")
"""Known of grids since 66 and 12, of columns since 50 and 10, of flex boxes since 84 and 14.5."""
VALUES = _table("""
    overflow-wrap: anywhere 80 15.4; position: sticky 56 13; background-attachment: local 1 15.4; display:
    flow-root 58 13; display: contents 65 11.3; width: fit-content 46 11; text-wrap: balance 114 17.5;
    text-align: match-parent 16 8; overflow: clip 90 16; user-select: none 54 99; word-break: auto-phrase
    119 99; line-break: anywhere 83 13
""")
FALLBACKS = {
    "overflow-wrap: anywhere": ("word-break: break-word", "overflow-wrap: break-word"),
    "position: sticky": ("position: -webkit-sticky",),
    "appearance": ("-webkit-appearance",),
    "text-size-adjust": ("-webkit-text-size-adjust",),
}
"""What is newer, and what must stand beside it in the same rule; one of them is enough."""
TOLERATED = {
    "color-scheme": "scroll bars and fields stay light",
    "cursor": "a phone has none",
    "outline": "known since ever, its corners are square before",
    "resize": "a field keeps its size",
    "scroll-padding": "what is jumped to stands under the bar, and can be scrolled to",
    "size": "a printer's own paper",
    "text-decoration-style": "a line that is not dashed",
    "text-underline-offset": "a line that is nearer",
    "background-attachment: local": "iOS 12 knows it, 13 to 15.3 show no shadow; a sentence says it too",
    ":focus-visible": "the engine's own ring, as long as it stands alone in its rule",
    "prefers-color-scheme": "light",
    "clipboard": "asked for before it is used",
    "writeText": "asked for before it is used",
}
"""What is newer, and what happens where it is not known."""
FUNCTIONS = _table("""
    calc 26 7; counter 1 1; env 69 11.3; inset 37 10.3; linear-gradient 26 7; minmax 57 10.3; not 1 2;
    nth-child 1 1; nth-last-child 4 1; rect 1 1; repeat 57 10.3; rgb 1 1; rgba 1 1; rotate 1 3.2; scale 1
    3.2; translate 1 3.2; translatex 1 3.2; translatey 1 3.2; url 1 1; var 49 9.3; min 79 11.3; max 79 11.3;
    clamp 79 13.4; color-mix 111 16.2; has 105 15.4; is 88 14; where 88 14
""")
UNITS = _table("""
    ch 27 7; deg 2 3.2; em 1 1; fr 57 10.3;
    mm 1 1; px 1 1; rem 4 4; s 1 1; ms 1 1; vh 20 6; vw 20 6; dvh 108 15.4
""")
PSEUDOS = _table("""
    :active 1 1; :checked 1 2; :disabled 1 2; :empty 1 2; :first-child 4 4; :first-of-type 1 3.2; :focus 1
    1; :focus-within 60 10.3; :hover 1 1; :invalid 10 5; :last-child 1 2; :last-of-type 1 3.2; :not 1 2;
    :nth-child 1 1; :nth-last-child 4 1; :only-child 2 2; :required 10 5; :root 1 1; :target 1 2; ::after 1
    3.2; ::before 1 3; ::placeholder 57 10.3; ::-webkit-details-marker 9 6; ::-webkit-progress-bar 25 7;
    ::-webkit-progress-value 25 7; :has 105 15.4; :is 88 14; :where 88 14; :focus-visible 86 15.4;
    :user-invalid 119 16.5
""")
ALONE = ("::-moz-progress-bar",)
"""What other engines have: harmless where no other selector stands in its rule."""
MEDIA = _table("""
    all 1 1; print 1 1; screen 1 1; and 1 1; not 1 1; only 1 1; max-width 1 1; min-width 1 1; max-height 1
    1; min-height 1 1; prefers-reduced-motion 74 10.3; prefers-color-scheme 76 13; prefers-contrast 96 14.5
""")
AT_RULES = _table(
    "media 1 1; page 2 14.5; keyframes 43 9; supports 28 9; layer 99 15.4; container 105 16; property 85 16.4"
)
AT_RULES_ON_PAPER = ("page",)
"""Ignored where it is unknown: the printer decides."""

MEMBERS = _table("""
    abs 1 1; activeElement 2 7; bottom 2 3.2; ceil 1 1; children 1 3; clientHeight 1 1; clientWidth 1 1;
    compareDocumentPosition 2 3.2; getComputedStyle 1 1; insertAdjacentElement 1 1; matchMedia 9 5;
    parentElement 1 1;
    position 1 1; scrollBy 1 1; scrollHeight 1 1; stopImmediatePropagation 5 5; visibilityState 33 7;
    currentScript 29 8; navigation 10 9; outerHTML 1 1; parseFromString 30 7; importNode 1 1; adoptNode 1 1;
    action 1 1; add 1 1; addEventListener 1 1; addRange 1 1; after 54 10; all 32 8; append 54 10;
    appendChild 1 1; assign 1 1; back 1 1; before 54 10; body 1 1; catch 32 8; charCodeAt 1 1; checked 1 1;
    classList 22 7; className 1 1; clear 1 1; click 9 1; cloneNode 1 1; close 1 1; closest 41 9; concat 1 1;
    contains 16 1; content 1 1; createDocumentFragment 1 1; createElement 1 1; createRange 1 1;
    createTextNode 1 1; crypto 37 5; currentTarget 1 1; dataset 7 5; defaultChecked 1 1; defaultPrevented 5
    5; delete 23 8; disabled 1 1; dispatchEvent 4 3; documentElement 1 1; elements 1 1; endsWith 41 9;
    entries 38 8; error 1 1; every 1 1; exec 1 1; execCommand 1 1; fetch 42 10.3; fill 1 1; filter 1 1; find
    1 1; findIndex 45 8; firstChild 1 1; firstElementChild 2 3; floor 1 1; focus 1 1; forEach 1 1; from 45
    9; get 23 8; getAttribute 1 1; getBoundingClientRect 2 3.2; getElementById 1 1; getHours 1 1; getItem 1
    1; getMinutes 1 1; getRandomValues 11 5; getTime 1 1; has 36 8; hasAttribute 1 1; hash 1 1; hidden 6 5;
    href 1 1; id 1 1; imul 28 7; includes 41 9; indexOf 1 1; innerHeight 1 1; insertBefore 1 1; isArray 4 4;
    isComposing 56 10.3; isTrusted 46 10; join 1 1; json 42 10.3; key 51 10.3; keys 5 5; lang 1 1; lastChild
    1 1; lastElementChild 2 3; length 1 1; line 1 1; map 1 1; match 1 1; matches 9 5; max 1 1; maxLength 1
    1; message 1 1; min 1 1; name 1 1; nextElementSibling 2 3; noValidate 4 4; normalize 1 1; now 1 4;
    offsetHeight 1 1; offsetTop 1 1; ok 42 10.3; onabort 1 1; onerror 1 1; onload 1 1; ontimeout 29 7; open
    1 1; padStart 57 10; parentNode 1 1; parse 1 1; pathname 1 1; persisted 4 4; pop 1 1; prepend 54 10;
    preventDefault 1 1; previousElementSibling 2 3; push 1 1; pushState 5 4; querySelector 1 2;
    querySelectorAll 1 2; readyState 1 1; reduce 3 3.2; reload 1 1; remove 1 1; removeAllRanges 1 1;
    removeAttribute 1 1; removeChild 1 1; removeEventListener 1 1; removeItem 1 1; repeat 41 9; replace 1 1;
    replaceState 5 4; replaceWith 54 10; required 4 4; reset 1 1; responseText 1 1; reverse 1 1; round 1 1;
    scrollIntoView 1 2; scrollTo 1 1; scrollTop 1 1; search 1 1; select 1 1; selectNodeContents 1 1;
    selectionStart 1 1; send 1 1; set 38 8; setAttribute 1 1; setItem 4 3.2; setRequestHeader 1 1; shift 1
    1; size 38 8; slice 1 1; some 1 1; sort 1 1; splice 1 1; split 1 1; startsWith 41 9; state 5 4; status 1
    1; stopPropagation 1 1; stringify 3 4; style 1 1; submit 1 1; substring 1 1; tabIndex 1 2; tagName 1 1;
    target 1 1; test 1 1; text 1 1; textContent 1 1; then 32 8; timeStamp 1 1; timeout 29 7; title 1 1;
    toFixed 1 1; toLowerCase 1 1; toString 1 1; toUpperCase 1 1; toggle 8 5; top 1 1; trim 4 5; type 1 1;
    unshift 1 1; value 1 1; values 54 10.3; width 1 1; height 1 1; clipboard 66 13.4; writeText 66 13.4;
    flat 69 12; flatMap 69 12; fromEntries 73 12.2; trimStart 66 12; trimEnd 66 12; at 92 15.4; replaceAll
    85 13.4; matchAll 73 13; allSettled 76 13; any 85 14; replaceChildren 86 14; findLast 97 15.4; toSorted
    110 16; hasOwn 93 15.4; showModal 37 15.4; requestSubmit 76 16; checkVisibility 105 17.4; randomUUID 92
    15.4; animate 36 13.4; inert 102 15.5; race 32 8; bind 7 5.1
""")
"""Properties and methods of the platform, each of the oldest interface that has one of that name."""
GLOBALS = _table("""
    DOMParser 1 1;
    Array 1 1; Boolean 1 1; Date 1 1; Error 1 1; Event 1 1; FormData 5 5; JSON 3 4; Map 38 8; Math 1 1;
    Number 1 1; Object 1 1; Promise 32 8; Set 38 8; String 1 1; Uint8Array 7 4.2; URL 19 6; URLSearchParams
    49 10.3; XMLHttpRequest 1 1; ResizeObserver 64 13.4; IntersectionObserver 51 12.2; AbortController 66
    12.2; BroadcastChannel 54 15.4; WeakRef 84 14.5
""")


def is_known(name: str, table: Versions) -> bool:
    """Return whether the oldest engines know something."""
    versions = table.get(name)
    return versions is not None and all(one <= floor for one, floor in zip(versions, FLOOR, strict=True))
