"""Rough coordinates of provinces and countries.

Used when an address has no coordinates of its own. A province stands for its
capital city, a country for its capital: good enough to choose between
warehouses hundreds of kilometres apart.
"""

# ISO code of the province: English names, Chinese short names, latitude,
# longitude, first two digits of its post codes.
_CHINA = (
    ("BJ", "beijing", "北京 京", 39.90, 116.41, "10"),
    ("TJ", "tianjin", "天津 津", 39.13, 117.20, "30"),
    ("HE", "hebei", "河北 冀", 38.04, 114.51, "05 06 07"),
    ("SX", "shanxi", "山西 晋", 37.87, 112.55, "03 04"),
    ("NM", "inner mongolia,nei mongol,neimenggu", "内蒙古 蒙", 40.84, 111.75, "01 02"),
    ("LN", "liaoning", "辽宁 辽", 41.80, 123.43, "11 12"),
    ("JL", "jilin", "吉林 吉", 43.88, 125.32, "13"),
    ("HL", "heilongjiang", "黑龙江 黑", 45.80, 126.53, "15 16"),
    ("SH", "shanghai", "上海 沪", 31.23, 121.47, "20"),
    ("JS", "jiangsu", "江苏 苏", 32.06, 118.80, "21 22"),
    ("ZJ", "zhejiang", "浙江 浙", 30.27, 120.16, "31 32"),
    ("AH", "anhui", "安徽 皖", 31.82, 117.23, "23 24"),
    ("FJ", "fujian", "福建 闽", 26.07, 119.30, "35 36"),
    ("JX", "jiangxi", "江西 赣", 28.68, 115.86, "33 34"),
    ("SD", "shandong", "山东 鲁", 36.65, 117.12, "25 26 27"),
    ("HA", "henan", "河南 豫", 34.75, 113.63, "45 46 47"),
    ("HB", "hubei", "湖北 鄂", 30.59, 114.31, "43 44"),
    ("HN", "hunan", "湖南 湘", 28.23, 112.94, "41 42"),
    ("GD", "guangdong", "广东 粤", 23.13, 113.26, "51 52"),
    ("GX", "guangxi", "广西 桂", 22.82, 108.37, "53 54"),
    ("HI", "hainan", "海南 琼", 20.04, 110.34, "57"),
    ("CQ", "chongqing", "重庆 渝", 29.56, 106.55, "40"),
    ("SC", "sichuan", "四川 川 蜀", 30.57, 104.07, "61 62 63 64"),
    ("GZ", "guizhou", "贵州 贵 黔", 26.65, 106.63, "55 56"),
    ("YN", "yunnan", "云南 云 滇", 25.04, 102.71, "65 66 67"),
    ("XZ", "tibet,xizang", "西藏 藏", 29.65, 91.14, "85 86"),
    ("SN", "shaanxi", "陕西 陕 秦", 34.34, 108.94, "71 72"),
    ("GS", "gansu", "甘肃 甘 陇", 36.06, 103.83, "73 74"),
    ("QH", "qinghai", "青海 青", 36.62, 101.78, "81"),
    ("NX", "ningxia", "宁夏 宁", 38.49, 106.23, "75"),
    ("XJ", "xinjiang", "新疆 新", 43.83, 87.62, "83 84"),
    ("TW", "taiwan", "台湾 台 臺灣", 25.03, 121.57, ""),
    ("HK", "hong kong", "香港 港", 22.32, 114.17, ""),
    ("MO", "macau,macao", "澳门 澳 澳門", 22.20, 113.55, ""),
)

# Endings of full Chinese names: 广西壮族自治区 is 广西.
CHINA_ENDINGS = (
    "维吾尔自治区",
    "壮族自治区",
    "回族自治区",
    "特别行政区",
    "自治区",
    "省",
    "市",
)

COUNTRIES = {
    "AE": (24.45, 54.38),
    "AR": (-34.60, -58.38),
    "AT": (48.21, 16.37),
    "AU": (-33.87, 151.21),
    "BE": (50.85, 4.35),
    "BR": (-23.55, -46.63),
    "CA": (43.65, -79.38),
    "CH": (46.95, 7.45),
    "CL": (-33.45, -70.67),
    "CN": (32.06, 114.50),
    "CZ": (50.08, 14.44),
    "DE": (50.11, 8.68),
    "DK": (55.68, 12.57),
    "EG": (30.04, 31.24),
    "ES": (40.42, -3.70),
    "FI": (60.17, 24.94),
    "FR": (48.86, 2.35),
    "GB": (51.51, -0.13),
    "GR": (37.98, 23.73),
    "HK": (22.32, 114.17),
    "HU": (47.50, 19.04),
    "ID": (-6.21, 106.85),
    "IE": (53.35, -6.26),
    "IL": (32.08, 34.78),
    "IN": (28.61, 77.21),
    "IT": (41.90, 12.50),
    "JP": (35.68, 139.69),
    "KE": (-1.29, 36.82),
    "KR": (37.57, 126.98),
    "LU": (49.61, 6.13),
    "MO": (22.20, 113.55),
    "MX": (19.43, -99.13),
    "MY": (3.14, 101.69),
    "NG": (6.52, 3.38),
    "NL": (52.37, 4.90),
    "NO": (59.91, 10.75),
    "NZ": (-36.85, 174.76),
    "PH": (14.60, 120.98),
    "PL": (52.23, 21.01),
    "PT": (38.72, -9.14),
    "RO": (44.43, 26.10),
    "RU": (55.76, 37.62),
    "SA": (24.71, 46.68),
    "SE": (59.33, 18.07),
    "SG": (1.35, 103.82),
    "TH": (13.76, 100.50),
    "TR": (41.01, 28.98),
    "TW": (25.03, 121.57),
    "UA": (50.45, 30.52),
    "US": (39.10, -94.58),
    "VN": (21.03, 105.85),
    "ZA": (-26.20, 28.05),
}

# A state code or name in a country that spans thousands of kilometres.
_FAR_STATES = {
    "US": {
        "CA": ("california", 34.05, -118.24),
        "WA": ("washington", 47.61, -122.33),
        "OR": ("oregon", 45.52, -122.68),
        "NV": ("nevada", 36.17, -115.14),
        "AZ": ("arizona", 33.45, -112.07),
        "UT": ("utah", 40.76, -111.89),
        "CO": ("colorado", 39.74, -104.99),
        "TX": ("texas", 32.78, -96.80),
        "IL": ("illinois", 41.88, -87.63),
        "MI": ("michigan", 42.33, -83.05),
        "OH": ("ohio", 39.96, -83.00),
        "GA": ("georgia", 33.75, -84.39),
        "FL": ("florida", 27.95, -82.46),
        "NC": ("north carolina", 35.23, -80.84),
        "VA": ("virginia", 37.54, -77.44),
        "PA": ("pennsylvania", 39.95, -75.17),
        "NY": ("new york", 40.71, -74.01),
        "NJ": ("new jersey", 40.74, -74.17),
        "MA": ("massachusetts", 42.36, -71.06),
    },
    "CA": {
        "BC": ("british columbia", 49.28, -123.12),
        "AB": ("alberta", 51.05, -114.07),
        "QC": ("quebec", 45.50, -73.57),
    },
    "AU": {
        "WA": ("western australia", -31.95, 115.86),
        "SA": ("south australia", -34.93, 138.60),
        "QLD": ("queensland", -27.47, 153.03),
        "VIC": ("victoria", -37.81, 144.96),
    },
}


def _states():
    table = {}
    for code, english, chinese, latitude, longitude, _zips in _CHINA:
        for name in (code.lower(), *english.split(","), *chinese.split()):
            table["CN", name] = (latitude, longitude)
    for country, states in _FAR_STATES.items():
        for code, (name, latitude, longitude) in states.items():
            table[country, code.lower()] = table[country, name] = (latitude, longitude)
    return table


STATES = _states()
ZIPS = {
    ("CN", prefix): (latitude, longitude)
    for _code, _english, _chinese, latitude, longitude, zips in _CHINA
    for prefix in zips.split()
}
