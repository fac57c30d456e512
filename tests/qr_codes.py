"""Reading QR codes off pictures: no other kind is looked for, which chance draws into one now and then."""

from typing import Any

import zxingcpp

QR = zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode])


def qr_codes(picture: Any) -> list[zxingcpp.Barcode]:
    """Return all QR codes on a picture."""
    return list(zxingcpp.read_barcodes(picture, formats=QR))


def qr_code(picture: Any) -> zxingcpp.Barcode:
    """Return the one QR code on a picture."""
    (found,) = qr_codes(picture)
    return found
