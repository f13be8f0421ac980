# SPDX-License-Identifier: MIT
"""OpenCV: its functions on UMat, which run on OpenCL, against those on Mat."""

import os

from client import Client


# Where a picture has no features, its movement is anything: the share of that.
FLAT = 0.02


def operations(photo, gray, values):
    """Name, function of a Mat or UMat, its input, how far the results may be off
    (but for a share of the values)."""
    turn = np.float32([[0.9, 0.3, 5], [-0.2, 1.1, -7]])
    tilt = np.float32([[1, 0.1, 3], [0.05, 0.9, -2], [0.0005, 0.0002, 1]])
    y, x = np.indices(gray.shape, np.float32)
    # Inside the picture: the two mix in another colour beyond its edge.
    wave = (np.clip(x + 5 * np.sin(y / 20), 0, gray.shape[1] - 1),
            np.clip(y + 4 * np.cos(x / 15), 0, gray.shape[0] - 1))
    later = np.roll(cv2.GaussianBlur(gray, (9, 9), 2), (1, 2), (0, 1))
    cross = cv2.getStructuringElement(cv2.MORPH_CROSS, (5, 5))
    return [
        ("GaussianBlur", lambda m: cv2.GaussianBlur(m, (7, 7), 1.8), photo, 1),
        ("GaussianBlur float", lambda m: cv2.GaussianBlur(m, (7, 7), 1.8), values, 1e-4),
        ("blur", lambda m: cv2.blur(m, (5, 3)), photo, 1),
        ("boxFilter float", lambda m: cv2.boxFilter(m, -1, (9, 9)), values, 1e-3),
        ("medianBlur", lambda m: cv2.medianBlur(m, 5), photo, 0),
        ("bilateralFilter", lambda m: cv2.bilateralFilter(m, 7, 40, 40), gray, 1),
        ("filter2D", lambda m: cv2.filter2D(m, -1, np.float32([[0, -1, 0], [-1, 5, -1],
                                                              [0, -1, 0]])), photo, 0),
        ("resize linear", lambda m: cv2.resize(m, (411, 177)), photo, 1),
        ("resize area", lambda m: cv2.resize(m, (160, 60), interpolation=cv2.INTER_AREA), photo, 1),
        ("resize nearest", lambda m: cv2.resize(m, (500, 500), interpolation=cv2.INTER_NEAREST),
         photo, 0),
        ("pyrDown", cv2.pyrDown, photo, 1),
        ("pyrUp", cv2.pyrUp, gray, 1),
        ("warpAffine", lambda m: cv2.warpAffine(m, turn, (300, 200)), photo, 1),
        ("warpPerspective", lambda m: cv2.warpPerspective(m, tilt, (300, 200)), gray, 2),
        ("remap", lambda m: cv2.remap(m, *wave, cv2.INTER_LINEAR), photo, 2),
        ("cvtColor gray", lambda m: cv2.cvtColor(m, cv2.COLOR_BGR2GRAY), photo, 1),
        ("cvtColor HSV", lambda m: cv2.cvtColor(m, cv2.COLOR_BGR2HSV), photo, 1),
        ("cvtColor Lab", lambda m: cv2.cvtColor(m, cv2.COLOR_BGR2Lab), photo, 1),
        ("cvtColor YCrCb", lambda m: cv2.cvtColor(m, cv2.COLOR_BGR2YCrCb), photo, 1),
        ("threshold", lambda m: cv2.threshold(m, 120, 255, cv2.THRESH_BINARY)[1], gray, 0),
        ("erode", lambda m: cv2.erode(m, cross), photo, 0),
        ("morphologyEx", lambda m: cv2.morphologyEx(m, cv2.MORPH_GRADIENT, cross), gray, 0),
        ("Sobel", lambda m: cv2.Sobel(m, cv2.CV_16S, 1, 0, ksize=3), gray, 0),
        ("Scharr float", lambda m: cv2.Scharr(m, cv2.CV_32F, 0, 1), values, 1e-2),
        ("Laplacian", lambda m: cv2.Laplacian(m, cv2.CV_16S, ksize=3), gray, 0),
        ("Canny", lambda m: cv2.Canny(m, 60, 140), gray, 0),
        ("cornerHarris", lambda m: cv2.cornerHarris(m, 3, 3, 0.04), gray, 1e-4),
        ("equalizeHist", cv2.equalizeHist, gray, 0),
        ("CLAHE", lambda m: cv2.createCLAHE(3.0, (8, 8)).apply(m), gray, 1),
        ("calcHist", lambda m: cv2.calcHist([m], [0], None, [256], [0, 256]), gray, 0),
        ("integral", lambda m: cv2.integral(m), gray, 0),
        ("flip", lambda m: cv2.flip(m, -1), photo, 0),
        ("transpose", cv2.transpose, photo, 0),
        ("add", lambda m: cv2.add(m, m), photo, 0),
        ("addWeighted", lambda m: cv2.addWeighted(m, 0.3, m, 0.45, 11), photo, 1),
        ("absdiff, compare", lambda m: cv2.compare(cv2.absdiff(m, 100), 40, cv2.CMP_GT), gray, 0),
        ("bitwise_not", cv2.bitwise_not, photo, 0),
        ("split, merge", lambda m: cv2.merge(cv2.split(m)[::-1]), photo, 0),
        ("LUT", lambda m: cv2.LUT(m, np.arange(255, -1, -1, np.uint8)), photo, 0),
        ("normalize", lambda m: cv2.normalize(m, None, 0, 1, cv2.NORM_MINMAX), values, 1e-5),
        ("pow", lambda m: cv2.pow(m, 3), values, 1e-1),
        ("exp, log", lambda m: cv2.log(cv2.exp(cv2.divide(m, 100))), values, 1e-4),
        ("sqrt", cv2.sqrt, values, 1e-4),
        ("magnitude, phase", lambda m: cv2.add(cv2.magnitude(m, m), cv2.phase(m, m)), values, 1e-2),
        ("matchTemplate", lambda m: cv2.matchTemplate(m, photo[40:60, 50:80], cv2.TM_CCOEFF_NORMED),
         photo, 1e-3),
        ("gemm", lambda m: cv2.gemm(m, m, 0.5, m, 2, cv2.GEMM_2_T), values[:128, :128], 10),
        ("dft", lambda m: cv2.dft(m, flags=cv2.DFT_COMPLEX_OUTPUT), values[:128, :256], 2),
        ("fastNlMeansDenoising", lambda m: cv2.fastNlMeansDenoising(m, None, 8), gray[:80, :80], 2),
        ("calcOpticalFlowFarneback", lambda m: cv2.calcOpticalFlowFarneback(
            cv2.GaussianBlur(m, (9, 9), 2), cv2.UMat(later) if isinstance(m, cv2.UMat) else later,
            None, 0.5, 2, 15, 3, 5, 1.1, 0), gray, 0.5, FLAT),
    ]


def scalars(client, gray, values):
    mat = cv2.UMat(values)
    client.check(np.allclose(cv2.sumElems(mat), cv2.sumElems(values), rtol=1e-5), "sumElems")
    client.check(np.allclose(cv2.mean(mat), cv2.mean(values), rtol=1e-5), "mean")
    client.check(np.allclose(np.ravel(cv2.meanStdDev(mat)[1].get()),
                             np.ravel(cv2.meanStdDev(values)[1]), rtol=1e-4), "meanStdDev")
    client.check(cv2.minMaxLoc(cv2.UMat(gray))[:2] == cv2.minMaxLoc(gray)[:2], "minMaxLoc")
    client.check(cv2.countNonZero(cv2.UMat(gray)) == cv2.countNonZero(gray), "countNonZero")
    for norm in (cv2.NORM_INF, cv2.NORM_L1, cv2.NORM_L2):
        client.check(np.isclose(cv2.norm(mat, norm), cv2.norm(values, norm), rtol=1e-5),
                     f"norm {norm}")


def picture():
    """Shapes with edges, gradients and some noise, in colours."""
    random = np.random.default_rng(8)
    photo = np.zeros((240, 320, 3), np.uint8)
    photo[...] = np.linspace(20, 220, 320).astype(np.uint8)[None, :, None]
    for _number in range(25):
        centre = tuple(int(v) for v in random.integers(0, 240, 2))
        color = tuple(int(v) for v in random.integers(0, 256, 3))
        cv2.circle(photo, centre, int(random.integers(5, 40)), color, -1)
        cv2.rectangle(photo, centre, tuple(c + 20 for c in centre), color[::-1], 2)
    noise = random.integers(-6, 7, photo.shape)
    return np.clip(photo + noise, 0, 255).astype(np.uint8)


def main(client):
    if not client.check(cv2.ocl.haveOpenCL(), "OpenCV finds OpenCL"):
        return
    cv2.ocl.setUseOpenCL(True)
    device = cv2.ocl.Device_getDefault()
    client.check("llvmpipe" in device.name() and "Trefoil" in device.version(),
                 "OpenCV's device is Trefoil's", device.name(), device.version())
    photo = picture()
    gray = cv2.cvtColor(photo, cv2.COLOR_BGR2GRAY)
    values = gray.astype(np.float32) + 1
    without = []
    for name, function, source, most, *share in operations(photo, gray, values):
        cv2.ocl.setUseOpenCL(False)
        expected = function(source.copy())
        cv2.ocl.setUseOpenCL(True)
        before = client.commands()["kernels"]
        got = function(cv2.UMat(source.copy()))
        got = got.get() if isinstance(got, cv2.UMat) else got
        cv2.ocl.finish()
        if client.commands()["kernels"] == before:
            without.append(name)
        off = np.abs(got.astype(np.float64) - expected) if got.shape == expected.shape else None
        client.check(off is not None and np.isfinite(off).all() and
                     (off > most).mean() <= (share or [0])[0],
                     f"{name}: at most {most} off", got.shape, expected.shape,
                     off if off is None else f"most {off.max()}, mean {off.mean()}, "
                     f"of {(off > most).mean():.2%}")
    scalars(client, gray, values)
    client.check(not without, "each of them ran kernels", *without)


with Client("buffers with pitches, rect transfers, buffer maps, images, local memory, atomics, "
            "fp64") as the_client:
    # By itself OpenCV takes GPUs only.
    os.environ["OPENCV_OPENCL_DEVICE"] = "Trefoil::"
    import cv2
    import numpy as np
    main(the_client)
